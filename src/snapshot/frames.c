#include "snapshot/frames.h"

#include "snapshot/walk.h"

/* Readings in a row that must agree. Two are enough of a thread that did not run meanwhile. One
 * that runs can be in state A, B, A, B just when we look, and a reading can be half A and half B:
 * each further reading must hit the same half again. Of 100,000 readings of a thread that does
 * nothing but call and return, 2 that agree let 234 impossible stacks pass, 3 let none. */
#define AGREE_QUIET   2
#define AGREE_RUNNING 6

/* Readings in all, before what did not move is taken. */
#define READINGS_MAX 32

/* Of a stack as deep as a recursion, each reading takes milliseconds. */
#define READINGS_DEEP_MAX 4
#define DEEP              10000

static bool agree(const struct dog_frames_pass *a, const struct dog_frames_pass *b)
{
    return !a->moved && !b->moved && a->err == b->err && a->count == b->count && a->hash == b->hash;
}

/* Link number `i` from the outermost, or NULL: it was counted, not kept. */
static const struct dog_frames_link *outer_link(const struct dog_frames_pass *pass, uint64_t i)
{
    uint64_t from_inner = pass->count - 1 - i;
    if (from_inner < DOG_FRAMES_INNER_MAX) {
        return &pass->inner[from_inner];
    }
    return i < DOG_FRAMES_OUTER_MAX ? &pass->outer[from_inner % DOG_FRAMES_OUTER_MAX] : NULL;
}

/* How many of the outermost frames were the same in two readings that both got to the bottom. The
 * first whose instruction moved is the last that counts: that frame was there, and ran. */
static uint64_t common(const struct dog_frames_pass *before, const struct dog_frames_pass *after)
{
    uint64_t least = before->count < after->count ? before->count : after->count;
    for (uint64_t i = 0; i < least; i++) {
        const struct dog_frames_link *a = outer_link(before, i), *b = outer_link(after, i);
        if (a == NULL || b == NULL) {
            continue;
        }
        if (!dog_addr_eq(a->frame, b->frame) || !dog_addr_eq(a->code, b->code)) {
            return i;
        }
        if (!dog_addr_eq(a->ip, b->ip)) {
            return i + 1;
        }
    }
    return least;
}

/* How many of the outermost `count` frames come before one without code: it was being cleared. */
static uint64_t sound(const struct dog_frames_pass *pass, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        const struct dog_frames_link *link = outer_link(pass, i);
        if (link != NULL && !dog_addr_plausible(link->code)) {
            return i;
        }
    }
    return count;
}

/* The outermost `count` frames of a reading, in the arena. */
static enum dog_err put_frames(const struct dog_frames_pass *pass, uint64_t count,
                               struct dog_arena *arena, struct dog_stack *ret_stack)
{
    uint64_t kept = 0, omitted_at = 0;
    for (uint64_t i = 0; i < count; i++) {
        if (outer_link(pass, i) != NULL) {
            kept++;
        } else {
            omitted_at = kept;
            i = pass->count - DOG_FRAMES_INNER_MAX - 1;
        }
    }
    struct dog_frame *frames = dog_arena_array(arena, (size_t)kept, sizeof frames[0]);
    if (frames == NULL && kept > 0) {
        return DOG_ERR_NOMEM;
    }
    for (uint64_t i = 0; i < kept; i++) {
        uint64_t index = i < omitted_at || kept == count ? i : count - kept + i;
        const struct dog_frames_link *link = outer_link(pass, index);
        frames[i].frame = link->frame;
        frames[i].code = link->code;
        frames[i].ip = link->ip;
    }
    ret_stack->frames = frames;
    ret_stack->count = (size_t)kept;
    ret_stack->omitted = count - kept;
    ret_stack->omitted_at = (size_t)omitted_at;
    return DOG_OK;
}

struct readings {
    const struct dog_frames_pass *last;
    const struct dog_frames_pass *before; /* NULL: there is only one that got to the bottom */
    bool agreed;
};

static int64_t cpu_ns(const struct dog_frames_scratch *scratch, const struct dog_walk *walk)
{
    return scratch->thread_cpu_ns != NULL ? scratch->thread_cpu_ns(dog_walk_native_id(walk)) : -1;
}

/* Reads until enough readings in a row agree, or until READINGS_MAX. */
static enum dog_err read_until_sure(struct dog_walk *walk, struct readings *ret_readings)
{
    struct dog_frames_scratch *scratch = walk->scratch;
    struct dog_frames_pass *last = &scratch->passes[0], *other = &scratch->passes[1];
    enum dog_err err = dog_walk_begin(walk);
    if (err != DOG_OK) {
        return err;
    }
    int64_t cpu_before = cpu_ns(scratch, walk);
    dog_walk_run(walk, last);
    unsigned agreed = 1, needed = AGREE_QUIET;
    unsigned most = last->count > DEEP ? READINGS_DEEP_MAX : READINGS_MAX;
    bool have_before = false;
    for (unsigned i = 1; i < most && agreed < needed && last->err != DOG_ERR_LIMIT; i++) {
        if (!dog_walk_again(walk) && (err = dog_walk_begin(walk)) != DOG_OK) {
            return err;
        }
        dog_walk_run(walk, other);
        bool same = agree(last, other);
        agreed = same ? agreed + 1 : 1;
        if (i == 1) {
            int64_t cpu_after = cpu_ns(scratch, walk);
            bool ran = cpu_before < 0 || cpu_after != cpu_before;
            needed = !ran ? AGREE_QUIET : most < AGREE_RUNNING ? most : AGREE_RUNNING;
        }
        /* A reading that lost its way is no better than the one before. */
        if (same || other->err == DOG_OK || last->err != DOG_OK) {
            have_before = last->err == DOG_OK && other->err == DOG_OK;
            struct dog_frames_pass *swap = last;
            last = other;
            other = swap;
        }
    }
    *ret_readings = (struct readings){
        .last = last,
        .before = have_before ? other : NULL,
        .agreed = agreed >= needed && agreed > 1,
    };
    return DOG_OK;
}

enum dog_err dog_frames_capture(struct dog_source source, const struct dog_layout *layout,
                                struct dog_frames_scratch *scratch, struct dog_arena *arena,
                                dog_addr tstate, dog_addr anchor, struct dog_stack *ret_stack)
{
    struct dog_walk walk;
    struct readings readings;
    enum dog_err err = dog_walk_init(&walk, source, layout, scratch, tstate, anchor);
    if (err == DOG_OK) {
        err = read_until_sure(&walk, &readings);
    }
    if (err != DOG_OK) {
        return err;
    }
    const struct dog_frames_pass *pass = readings.last;
    uint64_t count = pass->count;
    if (!readings.agreed && readings.before != NULL) {
        count = common(readings.before, pass);
    }
    if (pass->moved) {
        count = sound(pass, count);
    }
    struct dog_stack stack = {
        .complete = pass->err == DOG_OK,
        .torn = !readings.agreed,
        .anchored = pass->anchor_depth != UINT64_MAX && pass->count - pass->anchor_depth <= count,
    };
    err = put_frames(pass, count, arena, &stack);
    if (err == DOG_OK) {
        *ret_stack = stack;
    }
    return err;
}
