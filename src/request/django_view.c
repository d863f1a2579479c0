#include <string.h>

#include "request/django.h"
#include "request/match.h"
#include "snapshot/object_attr.h"
#include "snapshot/object_number.h"

enum {
    MAX_WRAPPED = 8, /* partials of partials, methods of methods */
};

/* What the decorators set. */
enum mark {
    TIMER,
    IGNORE,
    VIEW_CLASS, /* View.as_view() */
    CLS,        /* as_view() of Django REST framework's view sets */
    MARKS,
};

static const char *const mark_names[MARKS] = {
    [TIMER] = "_dogslow_timer",
    [IGNORE] = "_dogslow_ignore",
    [VIEW_CLASS] = "view_class",
    [CLS] = "cls",
};

/* The nearest mark holds: a later one does not change it. */
static void take(const struct dog_mem *mem, const dog_addr *marks, struct dog_django_view *view)
{
    if (!view->has_timer && !dog_addr_is_null(marks[TIMER])) {
        view->has_timer = dog_object_double(mem, marks[TIMER], &view->timer_s) == DOG_OK;
    }
    view->ignore = view->ignore || dog_addr_eq(marks[IGNORE], mem->layout->true_object);
}

static void take_class(const struct dog_mem *mem, dog_addr type, struct dog_django_view *view)
{
    dog_addr marks[MARKS] = {DOG_NULL};
    if (dog_addr_is_null(type)) {
        return;
    }
    for (int i = TIMER; i <= IGNORE; i++) {
        if (dog_object_class_attr(mem, type, mark_names[i], &marks[i]) != DOG_OK) {
            marks[i] = DOG_NULL;
        }
    }
    take(mem, marks, view);
}

/* What a view wraps: a partial's func, a bound method's function, an instance's class. */
static dog_addr wrapped(const struct dog_mem *mem, dog_addr view)
{
    dog_addr inner;
    if (dog_object_member(mem, view, "func", &inner) == DOG_OK ||
        dog_object_member(mem, view, "__func__", &inner) == DOG_OK) {
        return inner;
    }
    return DOG_NULL;
}

/* A request of Django's has a resolver_match from its beginning, None at first: where it is not
 * found among the attributes, they were being moved. What can have none is no request of Django's.
 */
static bool has_attributes(const struct dog_mem *mem, dog_addr request)
{
    struct dog_type type;
    return dog_object_type(mem, request, &type) == DOG_OK &&
           ((type.flags & DOG_TYPE_MANAGED_DICT) != 0 || type.dictoffset > 0);
}

enum dog_err dog_django_deadline(struct dog_source source, const struct dog_layout *layout,
                                 struct dog_arena *arena, dog_addr request,
                                 struct dog_django_view *ret_view)
{
    const struct dog_mem mem = {source, layout};
    dog_addr resolver_match;
    enum dog_err err = dog_object_attr(&mem, request, "resolver_match", &resolver_match);
    bool unsure = err != DOG_OK && has_attributes(&mem, request);
    if (err != DOG_OK && err != DOG_ERR_ABSENT) {
        *ret_view = (struct dog_django_view){.unsure = unsure};
        return err;
    }
    struct dog_match match = {0};
    if (err == DOG_OK) {
        dog_match_read(&mem, resolver_match, &match);
    }
    struct dog_django_view view = {
        .resolved = match.resolved,
        .unsure = unsure || match.unreadable ||
                  (match.resolved && dog_addr_is_null(match.parts[DOG_MATCH_VIEW_NAME])),
        .view_name = dog_match_str(&mem, arena, &match, DOG_MATCH_VIEW_NAME),
        .url_name = dog_match_str(&mem, arena, &match, DOG_MATCH_URL_NAME),
    };
    dog_addr func = match.parts[DOG_MATCH_FUNC];
    for (int depth = 0; depth < MAX_WRAPPED && !dog_addr_is_null(func); depth++) {
        dog_addr marks[MARKS];
        if (dog_object_attrs(&mem, func, mark_names, MARKS, marks) == DOG_OK) {
            take(&mem, marks, &view);
            take_class(&mem, marks[VIEW_CLASS], &view);
            take_class(&mem, marks[CLS], &view);
        }
        struct dog_type type;
        if (dog_object_type(&mem, func, &type) == DOG_OK &&
            !dog_addr_eq(type.at, layout->function_type) && (type.flags & DOG_TYPE_HEAP) != 0) {
            take_class(&mem, type.at, &view);
        }
        func = wrapped(&mem, func);
    }
    *ret_view = view;
    return DOG_OK;
}
