#include "snapshot/walk.h"

#include <string.h>

#include "base/cursor.h"

/* A frame's fixed part is 88 bytes; more than this is no layout. */
#define FRAME_SIZE_MAX 256

/* A piece of the data stack that is copied whole: chunks are 16 KB unless a single frame is larger,
 * and then its frames are read one by one. */
#define NEWEST_MAX (48u * 1024)

/* Of the newest chunk this much more is copied, for calls that are made while we look. */
#define NEWEST_SLACK 1024u

/* How much of the C stack above an entry from C is copied with it: the entries of a chain of Django
 * middleware lie some 400 to 900 bytes apart. */
#define C_STACK_STRETCH 4096u

/* Reads of single frames in one walk: a chain of this many generators is shown by its inner end. */
#define LOADS_MAX 20000u

#define TAG_MASK UINT64_C(3)

static int32_t max_offset(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t min_offset(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

enum dog_err dog_walk_init(struct dog_walk *walk, struct dog_source source,
                           const struct dog_layout *layout, struct dog_frames_scratch *scratch,
                           dog_addr tstate, dog_addr anchor)
{
    int32_t thread_end =
        max_offset(max_offset(layout->tstate_frame, layout->tstate_native_thread_id),
                   max_offset(layout->tstate_datastack_chunk, layout->tstate_datastack_top));
    int32_t frame_end = max_offset(max_offset(layout->frame_code, layout->frame_previous),
                                   max_offset(layout->frame_ip, layout->frame_owner));
    int32_t lowest = min_offset(
        min_offset(min_offset(layout->tstate_frame, layout->tstate_native_thread_id),
                   min_offset(layout->tstate_datastack_chunk, layout->tstate_datastack_top)),
        min_offset(min_offset(layout->frame_code, layout->frame_previous),
                   min_offset(layout->frame_ip, layout->frame_owner)));
    lowest = min_offset(lowest, layout->chunk_previous);
    if (lowest < 0 || thread_end > (int32_t)DOG_FRAMES_THREAD_SIZE - 8 ||
        frame_end > FRAME_SIZE_MAX - 8 || layout->chunk_previous > FRAME_SIZE_MAX) {
        return DOG_ERR_INVALID;
    }
    *walk = (struct dog_walk){
        .source = source,
        .layout = layout,
        .scratch = scratch,
        .tstate = tstate,
        .anchor = anchor,
        .thread_size = (size_t)thread_end + 8,
        .frame_size = (size_t)frame_end + 8,
    };
    return DOG_OK;
}

static dog_addr thread_field(const struct dog_walk *walk, int32_t offset)
{
    return dog_load_addr(walk->scratch->thread + offset);
}

int64_t dog_walk_native_id(const struct dog_walk *walk)
{
    return (int64_t)dog_load_u64(walk->scratch->thread + walk->layout->tstate_native_thread_id);
}

static dog_addr innermost(const struct dog_walk *walk)
{
    return walk->layout->cframe_indirect ? dog_load_addr(walk->cframe_copy)
                                         : thread_field(walk, walk->layout->tstate_frame);
}

/* Copies `size` bytes at `at` as a new piece, or into the transit buffer when there is no room for
 * one. NULL: unreadable. */
static const struct dog_frames_region *load(struct dog_walk *walk, dog_addr at, size_t size)
{
    struct dog_frames_scratch *scratch = walk->scratch;
    bool keep = walk->region_count < DOG_FRAMES_REGIONS_MAX &&
                size <= DOG_FRAMES_COPY_SIZE - walk->copy_used;
    if (!keep && size > sizeof scratch->transit) {
        return NULL;
    }
    struct dog_frames_region region = {
        .at = at,
        .size = size,
        .copy = keep ? scratch->copy + walk->copy_used : scratch->transit,
    };
    if (!keep) {
        walk->transit.size = 0;
    }
    if (dog_source_read(walk->source, at, region.copy, size) != DOG_OK) {
        return NULL;
    }
    if (!keep) {
        walk->transit = region;
        return &walk->transit;
    }
    walk->copy_used += size;
    walk->recent = walk->region_count;
    scratch->regions[walk->region_count++] = region;
    return &scratch->regions[walk->recent];
}

static const unsigned char *within(const struct dog_frames_region *region, dog_addr at, size_t size)
{
    uint64_t offset = at.v - region->at.v;
    return offset <= region->size && size <= region->size - offset ? region->copy + offset : NULL;
}

/* The next older chunk is known from the header of each chunk that was read. */
static void note_chunk(struct dog_walk *walk, const struct dog_frames_region *region)
{
    walk->older = dog_load_addr(region->copy + walk->layout->chunk_previous);
    if (region != &walk->transit) {
        walk->older_than_kept = walk->older;
    }
}

static const unsigned char *load_frame(struct dog_walk *walk, dog_addr at)
{
    if (++walk->loads > LOADS_MAX) {
        return NULL;
    }
    if (!dog_addr_is_null(walk->older) && at.v - walk->older.v < DOG_FRAMES_CHUNK_SIZE) {
        const struct dog_frames_region *chunk = load(walk, walk->older, DOG_FRAMES_CHUNK_SIZE);
        if (chunk != NULL) {
            note_chunk(walk, chunk);
            const unsigned char *frame = within(chunk, at, walk->frame_size);
            if (frame != NULL) {
                return frame;
            }
        }
    }
    const struct dog_frames_region *region = NULL;
    if (walk->off_python) {
        region = load(walk, at, C_STACK_STRETCH);
    }
    if (region == NULL) {
        region = load(walk, at, walk->frame_size);
    }
    if (region == NULL) {
        return NULL;
    }
    const unsigned char *frame = within(region, at, walk->frame_size);
    if (frame != NULL) {
        uint8_t owner = frame[walk->layout->frame_owner];
        walk->off_python =
            owner != walk->layout->owner_thread && owner != walk->layout->owner_generator;
    }
    return frame;
}

/* The bytes of a frame, from a piece that is there already or from a new one. */
static const unsigned char *frame_at(struct dog_walk *walk, dog_addr at)
{
    const struct dog_frames_scratch *scratch = walk->scratch;
    const unsigned char *frame = within(&walk->transit, at, walk->frame_size);
    if (frame == NULL && walk->recent < walk->region_count) {
        frame = within(&scratch->regions[walk->recent], at, walk->frame_size);
    }
    for (size_t i = 0; frame == NULL && i < walk->region_count; i++) {
        frame = within(&scratch->regions[i], at, walk->frame_size);
        if (frame != NULL) {
            walk->recent = i;
        }
    }
    return frame != NULL ? frame : load_frame(walk, at);
}

static size_t newest_chunk_size(const struct dog_walk *walk)
{
    dog_addr chunk = thread_field(walk, walk->layout->tstate_datastack_chunk);
    dog_addr top = thread_field(walk, walk->layout->tstate_datastack_top);
    uint64_t used = top.v - chunk.v;
    if (dog_addr_is_null(chunk) || used > NEWEST_MAX) {
        return 0;
    }
    uint64_t ample = used + NEWEST_SLACK;
    return (size_t)(used > DOG_FRAMES_CHUNK_SIZE    ? used
                    : ample > DOG_FRAMES_CHUNK_SIZE ? DOG_FRAMES_CHUNK_SIZE
                                                    : ample);
}

enum dog_err dog_walk_begin(struct dog_walk *walk)
{
    const struct dog_layout *l = walk->layout;
    walk->region_count = 0;
    walk->copy_used = 0;
    walk->older_than_kept = DOG_NULL;
    enum dog_err err =
        dog_source_read(walk->source, walk->tstate, walk->scratch->thread, walk->thread_size);
    if (err == DOG_OK && l->cframe_indirect) {
        walk->cframe = thread_field(walk, l->tstate_frame);
        err = dog_source_read(walk->source, dog_addr_add(walk->cframe, l->cframe_frame),
                              walk->cframe_copy, sizeof walk->cframe_copy);
    }
    return err;
}

/* Copies the newest chunk, unless it is there already. */
static void take_newest_chunk(struct dog_walk *walk)
{
    size_t size = newest_chunk_size(walk);
    if (walk->region_count == 0 && size >= FRAME_SIZE_MAX) {
        const struct dog_frames_region *chunk =
            load(walk, thread_field(walk, walk->layout->tstate_datastack_chunk), size);
        if (chunk != NULL) {
            note_chunk(walk, chunk);
        }
    }
}

bool dog_walk_again(struct dog_walk *walk)
{
    const struct dog_layout *l = walk->layout;
    struct dog_frames_scratch *scratch = walk->scratch;
    struct dog_span spans[DOG_FRAMES_REGIONS_MAX + 2];
    size_t n = 0;
    spans[n++] = (struct dog_span){walk->tstate, scratch->thread, walk->thread_size, false};
    if (l->cframe_indirect) {
        spans[n++] = (struct dog_span){dog_addr_add(walk->cframe, l->cframe_frame),
                                       walk->cframe_copy, sizeof walk->cframe_copy, false};
    }
    for (size_t i = 0; i < walk->region_count; i++) {
        const struct dog_frames_region *region = &scratch->regions[i];
        spans[n++] = (struct dog_span){region->at, region->copy, region->size, false};
    }
    dog_source_read_spans(walk->source, spans, n);
    for (size_t i = 0; i < n; i++) {
        if (!spans[i].ok) {
            return false;
        }
    }
    if (l->cframe_indirect && !dog_addr_eq(walk->cframe, thread_field(walk, l->tstate_frame))) {
        return false;
    }
    size_t newest = newest_chunk_size(walk);
    return newest < FRAME_SIZE_MAX ||
           (walk->region_count > 0 && newest <= scratch->regions[0].size + NEWEST_SLACK &&
            dog_addr_eq(scratch->regions[0].at, thread_field(walk, l->tstate_datastack_chunk)));
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static void keep_link(struct dog_frames_pass *pass, struct dog_frames_link link)
{
    if (pass->count < DOG_FRAMES_INNER_MAX) {
        pass->inner[pass->count] = link;
    }
    pass->outer[pass->count % DOG_FRAMES_OUTER_MAX] = link;
    pass->hash = mix(mix(pass->hash, link.frame.v), link.code.v);
    if (pass->count > 0) {
        pass->hash = mix(pass->hash, link.ip.v);
    }
    pass->count++;
}

/* Takes one frame apart; returns its caller's. */
static dog_addr visit(struct dog_walk *walk, dog_addr at, const unsigned char *bytes,
                      struct dog_frames_pass *pass)
{
    const struct dog_layout *l = walk->layout;
    uint8_t owner = bytes[l->frame_owner];
    uint64_t code = dog_load_u64(bytes + l->frame_code);
    if (dog_addr_eq(at, walk->anchor)) {
        pass->anchor_depth = pass->count;
    }
    if (owner == l->owner_thread || owner == l->owner_generator) {
        if (l->tagged_refs) {
            code = (code & TAG_MASK) > 1 ? 0 : code & ~TAG_MASK;
        }
        if (!dog_addr_plausible((dog_addr){code})) {
            pass->moved = true;
        }
        keep_link(pass, (struct dog_frames_link){
                            .frame = at, .code = {code}, .ip = dog_load_addr(bytes + l->frame_ip)});
    } else {
        pass->hash = mix(pass->hash, at.v);
    }
    return dog_load_addr(bytes + l->frame_previous);
}

void dog_walk_run(struct dog_walk *walk, struct dog_frames_pass *ret_pass)
{
    ret_pass->count = 0;
    ret_pass->hash = 0;
    ret_pass->anchor_depth = UINT64_MAX;
    ret_pass->err = DOG_OK;
    ret_pass->moved = false;
    walk->loads = 0;
    walk->off_python = false;
    walk->transit.size = 0;
    walk->recent = 0;
    walk->older = walk->older_than_kept;
    take_newest_chunk(walk);
    uint64_t visited = 0;
    dog_addr at = innermost(walk);
    while (!dog_addr_is_null(at)) {
        if (++visited > DOG_FRAMES_WALK_MAX) {
            ret_pass->err = DOG_ERR_LIMIT;
            return;
        }
        if (!dog_addr_plausible(at)) {
            ret_pass->err = DOG_ERR_INVALID;
            return;
        }
        const unsigned char *bytes = frame_at(walk, at);
        if (bytes == NULL) {
            ret_pass->err = walk->loads > LOADS_MAX ? DOG_ERR_LIMIT : DOG_ERR_UNREADABLE;
            return;
        }
        at = visit(walk, at, bytes, ret_pass);
    }
}
