#include "cpython/checker.h"

/* Chunks are 16 KB unless a single frame is larger. */
#define CHUNK_SIZE (16u * 1024)
#define CHUNKS_MAX 4096

/* Entries from C between two Python frames; there is one. */
#define ENTRIES_MAX 8

static dog_addr innermost_frame(struct dog_checker *c)
{
    dog_addr at = dog_checker_addr(c, c->p->tstate, c->l->tstate_frame, "tstate_frame");
    return c->l->cframe_indirect ? dog_checker_addr(c, at, c->l->cframe_frame, "cframe_frame") : at;
}

/* What the walk over the frames comes across. */
struct seen {
    dog_addr frame;
    unsigned entries; /* from C */
    bool tag;
};

static dog_addr untag(const struct dog_checker *c, uint64_t word)
{
    return (dog_addr){c->l->tagged_refs ? word & ~UINT64_C(3) : word};
}

/* Skips what has no Python code. From 3.13 on its code is None, tagged from 3.14 on. */
static void skip_entries(struct dog_checker *c, struct seen *seen)
{
    const struct dog_layout *l = c->l;
    for (unsigned i = 0; i < ENTRIES_MAX && !c->failed && !dog_addr_is_null(seen->frame); i++) {
        uint8_t owner = dog_checker_u8(c, seen->frame, l->frame_owner, "frame_owner");
        if (owner == l->owner_thread || owner == l->owner_generator) {
            return;
        }
        uint64_t code = dog_checker_u64(c, seen->frame, l->frame_code, "frame_code");
        seen->entries++;
        if (l->version >= 0x030D) {
            seen->tag = seen->tag || (code & 3) != 0;
            dog_checker_require(c, dog_addr_eq(untag(c, code), l->none),
                                "frame_owner or tagged_refs", "does not fit an entry from C");
        }
        seen->frame = dog_checker_addr(c, seen->frame, l->frame_previous, "frame_previous");
    }
}

static void check_frame(struct dog_checker *c, dog_addr frame, const struct dog_probe_frame *wanted)
{
    const struct dog_layout *l = c->l;
    uint64_t code = dog_checker_u64(c, frame, l->frame_code, "frame_code");
    dog_checker_require(c, dog_addr_eq(untag(c, code), wanted->code), "frame_code or tstate_frame",
                        "is not the frame that the interpreter says");
    dog_checker_want_addr(c, frame, l->frame_ip,
                          dog_addr_add(wanted->code, l->code_instructions + wanted->last_byte),
                          "frame_ip or code_instructions");
    int32_t owner = dog_checker_u8(c, frame, l->frame_owner, "frame_owner");
    dog_checker_require(c, owner == (wanted->generator ? l->owner_generator : l->owner_thread),
                        "frame_owner, owner_thread or owner_generator", "does not fit a frame");
}

/* Each frame of a plain call lies in a chunk, the innermost at the top of the newest. */
static void check_chunks(struct dog_checker *c, const dog_addr *plain_frames, size_t count)
{
    const struct dog_layout *l = c->l;
    dog_addr chunk =
        dog_checker_addr(c, c->p->tstate, l->tstate_datastack_chunk, "tstate_datastack_chunk");
    dog_addr top =
        dog_checker_addr(c, c->p->tstate, l->tstate_datastack_top, "tstate_datastack_top");
    dog_checker_require(
        c, count > 0 && top.v == plain_frames[0].v + 8 * (uint64_t)c->p->innermost_words,
        "tstate_datastack_top", "is not the end of the innermost frame");
    dog_checker_require(c, top.v - chunk.v <= CHUNK_SIZE, "tstate_datastack_chunk",
                        "is not the chunk of the innermost frame");
    unsigned chunks = 1;
    for (size_t i = 0; i < count && !c->failed; i++) {
        while (plain_frames[i].v - chunk.v >= CHUNK_SIZE && !c->failed) {
            chunk = dog_checker_addr(c, chunk, l->chunk_previous, "chunk_previous");
            dog_checker_require(c, dog_addr_plausible(chunk) && ++chunks < CHUNKS_MAX,
                                "chunk_previous", "does not lead to the chunk of a frame");
        }
    }
    dog_checker_require(c, chunks > 1, "chunk_previous", "could not be seen at work");
}

static void check_frames(struct dog_checker *c)
{
    const struct dog_probes *p = c->p;
    dog_addr plain_frames[DOG_PROBE_FRAMES_MAX];
    size_t plain_count = 0, generators = 0;
    struct seen seen = {.frame = innermost_frame(c)};
    for (size_t i = 0; i < p->frame_count && !c->failed; i++) {
        skip_entries(c, &seen);
        dog_checker_require(c, dog_addr_plausible(seen.frame), "tstate_frame or frame_previous",
                            "does not lead to a frame");
        check_frame(c, seen.frame, &p->frames[i]);
        if (p->frames[i].generator) {
            generators++;
        } else {
            plain_frames[plain_count++] = seen.frame;
        }
        seen.frame = dog_checker_addr(c, seen.frame, c->l->frame_previous, "frame_previous");
    }
    if (p->frames_whole) {
        skip_entries(c, &seen);
        dog_checker_require(c, dog_addr_is_null(seen.frame), "frame_previous",
                            "does not end with the thread's first frame");
    }
    dog_checker_require(c, generators > 0 && (c->l->version < 0x030C || seen.entries > 0),
                        "frame_owner", "could not be seen at work");
    dog_checker_require(c, seen.tag == (c->l->tagged_refs != 0), "tagged_refs",
                        "does not fit the references that were seen");
    check_chunks(c, plain_frames, plain_count);
}

void dog_checker_thread(struct dog_checker *c)
{
    const struct dog_layout *l = c->l;
    const struct dog_probes *p = c->p;
    dog_checker_want_addr(c, p->interp, l->interp_threads_head, p->newest_tstate,
                          "interp_threads_head");
    dog_checker_want_addr(c, p->newest_tstate, l->tstate_next, p->second_tstate, "tstate_next");
    dog_checker_want_u64(c, p->tstate, l->tstate_native_thread_id, p->native_thread_id,
                         "tstate_native_thread_id");
    dog_checker_want_u64(c, p->tstate, l->tstate_thread_id, p->thread_id, "tstate_thread_id");
    check_frames(c);
}

void dog_checker_code(struct dog_checker *c)
{
    const struct dog_layout *l = c->l;
    const struct dog_probes *p = c->p;
    dog_checker_want_addr(c, p->code, l->object_type, l->code_type, "object_type");
    dog_checker_want_u64(c, p->code, l->var_size, (uint64_t)p->code_units, "var_size");
    dog_checker_want_addr(c, p->code, l->code_filename, p->code_filename, "code_filename");
    dog_checker_want_addr(c, p->gen_code, l->code_filename, p->gen_filename, "code_filename");
    dog_checker_want_addr(c, p->code, l->code_qualname, p->code_qualname, "code_qualname");
    dog_checker_want_addr(c, p->gen_code, l->code_qualname, p->gen_qualname, "code_qualname");
    dog_checker_want_addr(c, p->code, l->code_linetable, p->code_linetable, "code_linetable");
    dog_checker_want_addr(c, p->gen_code, l->code_linetable, p->gen_linetable, "code_linetable");
    dog_checker_want_u32(c, p->code, l->code_firstlineno, (uint32_t)p->code_firstlineno,
                         "code_firstlineno");
    dog_checker_want_u32(c, p->gen_code, l->code_firstlineno, (uint32_t)p->gen_firstlineno,
                         "code_firstlineno");
    dog_checker_require(c, p->gen_first_resume > 1, "code_firsttraceable",
                        "could not be seen at work");
    dog_checker_want_u32(c, p->code, l->code_firsttraceable, (uint32_t)p->code_first_resume,
                         "code_firsttraceable");
    dog_checker_want_u32(c, p->gen_code, l->code_firsttraceable, (uint32_t)p->gen_first_resume,
                         "code_firsttraceable");
    if (l->code_version != 0) {
        uint32_t one = dog_checker_u32(c, p->code, l->code_version, "code_version");
        uint32_t other = dog_checker_u32(c, p->gen_code, l->code_version, "code_version");
        /* They were made one after the other, in either order. */
        dog_checker_require(c, one != 0 && other != 0 && one != other && one - other + 64 < 128,
                            "code_version", "does not number code objects");
    }
}
