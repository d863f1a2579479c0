#include "report/budget.h"

void dog_budget_init(struct dog_budget *budget, uint64_t per_minute)
{
    *budget = (struct dog_budget){.per_minute = per_minute};
}

/* Forgets the seconds that have left the window. */
static void advance(struct dog_budget *budget, int64_t second)
{
    if (second <= budget->second) {
        return;
    }
    int64_t passed = second - budget->second;
    for (int64_t i = 1; i <= passed && i <= DOG_BUDGET_BUCKETS; i++) {
        uint64_t *bucket = &budget->taken[(budget->second + i) % DOG_BUDGET_BUCKETS];
        budget->in_window -= *bucket;
        *bucket = 0;
    }
    budget->second = second;
}

bool dog_budget_take(struct dog_budget *budget, dog_mono now)
{
    advance(budget, now.ns / DOG_NS_PER_S);
    if (budget->in_window >= budget->per_minute) {
        budget->suppressed++;
        budget->suppressed_ever++;
        return false;
    }
    budget->taken[budget->second % DOG_BUDGET_BUCKETS]++;
    budget->in_window++;
    return true;
}

void dog_budget_give_back(struct dog_budget *budget)
{
    uint64_t *bucket = &budget->taken[budget->second % DOG_BUDGET_BUCKETS];
    if (*bucket > 0) {
        (*bucket)--;
        budget->in_window--;
    }
}

void dog_budget_said(struct dog_budget *budget, uint64_t count)
{
    budget->suppressed -= count < budget->suppressed ? count : budget->suppressed;
}
