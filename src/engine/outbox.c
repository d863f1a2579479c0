#include "engine/outbox.h"

#include <stdatomic.h>
#include <string.h>

#include "os/event.h"
#include "os/zone.h"

/* 20 reports a minute as paths are 4 KB; as whole texts, without files, about ten fit. */
#define RING_SIZE (256u * 1024)
#define ALIGNMENT 16u

struct header {
    uint32_t size;             /* of the letter with this header, rounded up */
    uint32_t kind;             /* SKIP: the rest of the ring is unused, go on at its beginning */
    uint32_t path, json, text; /* lengths; UINT32_MAX: none */
    uint32_t unused[3];
};

#define SKIP UINT32_MAX
#define NONE UINT32_MAX

struct outbox {
    _Atomic uint64_t put, taken; /* bytes ever; the place is the remainder */
    _Atomic uint64_t dropped;
    _Atomic bool putting; /* an abandoned watchdog that came back may meet its successor */
    struct dog_event event;
    char ring[RING_SIZE];
};

static struct outbox *outbox;
static void (*on_letter)(void);

enum dog_err dog_outbox_setup(void (*letter)(void))
{
    on_letter = letter;
    void *memory;
    enum dog_err err = dog_zone_map(sizeof *outbox, &memory);
    if (err == DOG_OK) {
        outbox = memory;
    }
    return err;
}

static uint32_t length_of(struct dog_str str)
{
    return str.at == NULL ? NONE : (uint32_t)str.len;
}

static char *append(char *at, struct dog_str str)
{
    if (str.at != NULL) {
        memcpy(at, str.at, str.len);
        at += str.len;
    }
    return at;
}

static bool put_alone(struct dog_letter letter)
{
    uint64_t put = atomic_load_explicit(&outbox->put, memory_order_relaxed);
    /* Pairs with the release in dog_outbox_drop. */
    uint64_t taken = atomic_load_explicit(&outbox->taken, memory_order_acquire);
    size_t size = sizeof(struct header) + letter.path.len + letter.json.len + letter.text.len;
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    size_t at = put % RING_SIZE;
    size_t skipped = size > RING_SIZE - at ? RING_SIZE - at : 0;
    if (size > RING_SIZE || skipped + size > RING_SIZE - (put - taken)) {
        atomic_fetch_add_explicit(&outbox->dropped, 1, memory_order_relaxed);
        return false;
    }
    if (skipped > 0) {
        /* Letters are aligned as headers are half as long: there is room for the kind at least. */
        struct header skip = {.size = (uint32_t)skipped, .kind = SKIP};
        memcpy(outbox->ring + at, &skip, skipped < sizeof skip ? ALIGNMENT : sizeof skip);
        at = 0;
    }
    struct header header = {.size = (uint32_t)size,
                            .kind = letter.kind,
                            .path = length_of(letter.path),
                            .json = length_of(letter.json),
                            .text = length_of(letter.text)};
    memcpy(outbox->ring + at, &header, sizeof header);
    char *end = append(outbox->ring + at + sizeof header, letter.path);
    append(append(end, letter.json), letter.text);
    /* Pairs with the acquire in dog_outbox_peek. */
    atomic_store_explicit(&outbox->put, put + skipped + size, memory_order_release);
    dog_event_call(&outbox->event);
    return true;
}

bool dog_outbox_put(struct dog_letter letter)
{
    /* Nobody waits here: who comes second counts his letter as dropped. */
    if (atomic_exchange_explicit(&outbox->putting, true, memory_order_acquire)) {
        atomic_fetch_add_explicit(&outbox->dropped, 1, memory_order_relaxed);
        return false;
    }
    bool put = put_alone(letter);
    atomic_store_explicit(&outbox->putting, false, memory_order_release);
    if (put) {
        on_letter();
    }
    return put;
}

void dog_outbox_announce(void)
{
    if (!dog_outbox_is_empty()) {
        on_letter();
    }
}

bool dog_outbox_is_empty(void)
{
    return atomic_load_explicit(&outbox->put, memory_order_acquire) ==
           atomic_load_explicit(&outbox->taken, memory_order_acquire);
}

uint64_t dog_outbox_dropped(void)
{
    return atomic_load_explicit(&outbox->dropped, memory_order_relaxed);
}

static struct dog_str take_text(const char **at, uint32_t length)
{
    if (length == NONE) {
        return DOG_STR_NONE;
    }
    struct dog_str str = {*at, length};
    *at += length;
    return str;
}

/* The header of the oldest letter, gaps passed over; NULL: there is none. */
static const struct header *oldest(uint64_t *ret_taken)
{
    uint64_t taken = atomic_load_explicit(&outbox->taken, memory_order_relaxed);
    uint64_t put = atomic_load_explicit(&outbox->put, memory_order_acquire);
    while (taken != put) {
        const struct header *header = (const void *)(outbox->ring + taken % RING_SIZE);
        if (header->kind != SKIP) {
            *ret_taken = taken;
            return header;
        }
        taken += header->size;
    }
    return NULL;
}

bool dog_outbox_peek(struct dog_letter *ret_letter)
{
    uint64_t taken;
    const struct header *header = oldest(&taken);
    if (header == NULL) {
        return false;
    }
    const char *at = (const char *)(header + 1);
    ret_letter->kind = (enum dog_letter_kind)header->kind;
    ret_letter->path = take_text(&at, header->path);
    ret_letter->json = take_text(&at, header->json);
    ret_letter->text = take_text(&at, header->text);
    return true;
}

void dog_outbox_drop(void)
{
    uint64_t taken;
    const struct header *header = oldest(&taken);
    if (header != NULL) {
        atomic_store_explicit(&outbox->taken, taken + header->size, memory_order_release);
    }
}

void dog_outbox_wait(dog_mono until)
{
    (void)dog_event_wait(&outbox->event, until);
}

void dog_outbox_call(void)
{
    dog_event_call(&outbox->event);
}
