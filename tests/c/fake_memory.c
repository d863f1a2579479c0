#include "fake_memory.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK 16384u

/* An entry from C has this owner, and no code. */
enum {
    OWNER_THREAD = 5,
    OWNER_GENERATOR = 6,
    OWNER_ENTRY = 9,
};

static struct fake_piece *piece_of(struct fake_memory *memory, uint64_t at, size_t size)
{
    size_t low = 0, high = memory->piece_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        struct fake_piece *piece = &memory->pieces[middle];
        if (at < piece->at) {
            high = middle;
        } else if (at - piece->at >= piece->size) {
            low = middle + 1;
        } else {
            return size <= piece->size - (at - piece->at) ? piece : NULL;
        }
    }
    return NULL;
}

static void read_spans(void *self, struct dog_span *spans, size_t count)
{
    struct fake_memory *memory = self;
    for (size_t i = 0; i < count; i++) {
        if (memory->before != NULL) {
            memory->before(memory);
        }
        memory->spans++;
        struct fake_piece *piece = piece_of(memory, spans[i].from.v, spans[i].size);
        spans[i].ok = piece != NULL && memory->spans != memory->fail_at;
        if (spans[i].ok) {
            memcpy(spans[i].to, piece->bytes + (spans[i].from.v - piece->at), spans[i].size);
        }
    }
}

struct dog_source fake_memory_source(struct fake_memory *memory)
{
    return (struct dog_source){.self = memory, .read = read_spans};
}

dog_addr fake_memory_piece(struct fake_memory *memory, size_t size)
{
    if (memory->piece_count == FAKE_PIECES) {
        abort();
    }
    uint64_t align = size >= 4096 ? 4096 : 16;
    uint64_t at = (memory->next + align - 1) / align * align;
    memory->next = at + size + 16;
    memory->pieces[memory->piece_count++] = (struct fake_piece){at, size, calloc(1, size)};
    return (dog_addr){at};
}

void fake_memory_put(struct fake_memory *memory, dog_addr at, int64_t offset, const void *bytes,
                     size_t size)
{
    uint64_t where = at.v + (uint64_t)offset;
    struct fake_piece *piece = piece_of(memory, where, size);
    if (piece == NULL) {
        abort();
    }
    memcpy(piece->bytes + (where - piece->at), bytes, size);
}

void fake_memory_put_u64(struct fake_memory *memory, dog_addr at, int64_t offset, uint64_t value)
{
    fake_memory_put(memory, at, offset, &value, sizeof value);
}

uint64_t fake_memory_u64(struct fake_memory *memory, dog_addr at, int64_t offset)
{
    uint64_t where = at.v + (uint64_t)offset, value;
    struct fake_piece *piece = piece_of(memory, where, sizeof value);
    if (piece == NULL) {
        abort();
    }
    memcpy(&value, piece->bytes + (where - piece->at), sizeof value);
    return value;
}

struct fake_memory *fake_memory_new(void)
{
    struct fake_memory *memory = calloc(1, sizeof *memory);
    memory->next = UINT64_C(0x7F0000000000);
    memory->code_type = fake_memory_piece(memory, 64);
    memory->str_type = fake_memory_piece(memory, 64);
    memory->bytes_type = fake_memory_piece(memory, 64);
    memory->layout = (struct dog_layout){
        .interp_threads_head = 24,
        .tstate_next = 32,
        .tstate_native_thread_id = 40,
        .tstate_frame = 48,
        .tstate_datastack_chunk = 56,
        .tstate_datastack_top = 72,
        .chunk_previous = 8,
        .frame_code = 16,
        .frame_previous = 24,
        .frame_ip = 40,
        .frame_owner = 35,
        .code_filename = 64,
        .code_qualname = 72,
        .code_linetable = 88,
        .code_firstlineno = 100,
        .code_firsttraceable = 104,
        .code_version = 108,
        .code_instructions = 128,
        .object_type = 8,
        .var_size = 24,
        .bytes_data = 40,
        .unicode_length = 24,
        .unicode_state = 36,
        .unicode_ascii_data = 56,
        .unicode_compact_data = 72,
        .unicode_pointer = 80,
        .owner_thread = OWNER_THREAD,
        .owner_generator = OWNER_GENERATOR,
        .unicode_kind_shift = 4,
        .unicode_compact_bit = 7,
        .unicode_ascii_bit = 8,
        .unicode_ready_bit = -1,
        .code_type = memory->code_type,
        .unicode_type = memory->str_type,
        .bytes_type = memory->bytes_type,
    };
    return memory;
}

void fake_memory_free(struct fake_memory *memory)
{
    for (size_t i = 0; i < memory->piece_count; i++) {
        free(memory->pieces[i].bytes);
    }
    free(memory);
}

dog_addr fake_memory_str(struct fake_memory *memory, unsigned kind, const void *characters,
                         size_t count)
{
    const struct dog_layout *l = &memory->layout;
    unsigned width = kind == 0 ? 1 : kind;
    int64_t data = kind == 0 ? l->unicode_ascii_data : l->unicode_compact_data;
    dog_addr str = fake_memory_piece(memory, (size_t)data + width * count);
    uint32_t state = width << l->unicode_kind_shift | UINT32_C(1) << l->unicode_compact_bit |
                     (uint32_t)(kind == 0) << l->unicode_ascii_bit;
    fake_memory_put_u64(memory, str, l->object_type, memory->str_type.v);
    fake_memory_put_u64(memory, str, l->unicode_length, count);
    fake_memory_put(memory, str, l->unicode_state, &state, sizeof state);
    fake_memory_put(memory, str, data, characters, width * count);
    return str;
}

dog_addr fake_memory_bytes(struct fake_memory *memory, const void *bytes, size_t size)
{
    const struct dog_layout *l = &memory->layout;
    dog_addr object = fake_memory_piece(memory, (size_t)l->bytes_data + size);
    fake_memory_put_u64(memory, object, l->object_type, memory->bytes_type.v);
    fake_memory_put_u64(memory, object, l->var_size, size);
    fake_memory_put(memory, object, l->bytes_data, bytes, size);
    return object;
}

dog_addr fake_memory_code(struct fake_memory *memory, const char *file, const char *function,
                          int32_t firstlineno, unsigned units)
{
    const struct dog_layout *l = &memory->layout;
    static uint32_t versions;
    unsigned char *table = malloc(2 * units);
    for (unsigned i = 0; i < units; i++) {
        table[2 * i] = 0x80 | 13 << 3; /* one unit, line + what follows */
        table[2 * i + 1] = i == 0 ? 0 : 2;
    }
    dog_addr code = fake_memory_piece(memory, (size_t)l->code_instructions + 2 * units);
    uint32_t version = ++versions;
    fake_memory_put_u64(memory, code, l->object_type, memory->code_type.v);
    fake_memory_put_u64(memory, code, l->var_size, units);
    fake_memory_put_u64(memory, code, l->code_filename,
                        fake_memory_str(memory, 0, file, strlen(file)).v);
    fake_memory_put_u64(memory, code, l->code_qualname,
                        fake_memory_str(memory, 0, function, strlen(function)).v);
    fake_memory_put_u64(memory, code, l->code_linetable,
                        fake_memory_bytes(memory, table, 2 * units).v);
    fake_memory_put(memory, code, l->code_firstlineno, &firstlineno, sizeof firstlineno);
    fake_memory_put(memory, code, l->code_version, &version, sizeof version);
    free(table);
    return code;
}

dog_addr fake_memory_thread(struct fake_memory *memory, uint64_t native_id)
{
    const struct dog_layout *l = &memory->layout;
    dog_addr thread = fake_memory_piece(memory, 128);
    dog_addr chunk = fake_memory_piece(memory, CHUNK);
    fake_memory_put_u64(memory, thread, l->tstate_native_thread_id, native_id);
    fake_memory_put_u64(memory, thread, l->tstate_datastack_chunk, chunk.v);
    fake_memory_put_u64(memory, thread, l->tstate_datastack_top, chunk.v + 24);
    return thread;
}

dog_addr fake_memory_innermost(struct fake_memory *memory, dog_addr thread)
{
    return (dog_addr){fake_memory_u64(memory, thread, memory->layout.tstate_frame)};
}

void fake_memory_move(struct fake_memory *memory, dog_addr frame, dog_addr code, unsigned unit)
{
    const struct dog_layout *l = &memory->layout;
    fake_memory_put_u64(memory, frame, l->frame_code, code.v);
    fake_memory_put_u64(memory, frame, l->frame_ip,
                        code.v + (uint64_t)l->code_instructions + 2 * unit);
}

static void push(struct fake_memory *memory, dog_addr thread, dog_addr frame, dog_addr code,
                 unsigned unit, unsigned char owner)
{
    const struct dog_layout *l = &memory->layout;
    fake_memory_move(memory, frame, code, unit);
    fake_memory_put_u64(memory, frame, l->frame_previous, fake_memory_innermost(memory, thread).v);
    fake_memory_put(memory, frame, l->frame_owner, &owner, 1);
    fake_memory_put_u64(memory, thread, l->tstate_frame, frame.v);
}

dog_addr fake_memory_call(struct fake_memory *memory, dog_addr thread, dog_addr code, unsigned unit)
{
    const struct dog_layout *l = &memory->layout;
    uint64_t chunk = fake_memory_u64(memory, thread, l->tstate_datastack_chunk);
    uint64_t top = fake_memory_u64(memory, thread, l->tstate_datastack_top);
    if (top + 8 * FAKE_FRAME_WORDS > chunk + CHUNK) {
        dog_addr fresh = fake_memory_piece(memory, CHUNK);
        fake_memory_put_u64(memory, fresh, l->chunk_previous, chunk);
        fake_memory_put_u64(memory, thread, l->tstate_datastack_chunk, fresh.v);
        top = fresh.v + 24;
    }
    fake_memory_put_u64(memory, thread, l->tstate_datastack_top, top + 8 * FAKE_FRAME_WORDS);
    push(memory, thread, (dog_addr){top}, code, unit, OWNER_THREAD);
    return (dog_addr){top};
}

dog_addr fake_memory_call_elsewhere(struct fake_memory *memory, dog_addr thread, dog_addr code,
                                    unsigned unit)
{
    dog_addr frame = fake_memory_piece(memory, 8 * FAKE_FRAME_WORDS);
    push(memory, thread, frame, code, unit, dog_addr_is_null(code) ? OWNER_ENTRY : OWNER_GENERATOR);
    return frame;
}

void fake_memory_return(struct fake_memory *memory, dog_addr thread)
{
    const struct dog_layout *l = &memory->layout;
    dog_addr frame = fake_memory_innermost(memory, thread);
    fake_memory_put_u64(memory, thread, l->tstate_frame,
                        fake_memory_u64(memory, frame, l->frame_previous));
    fake_memory_put_u64(memory, thread, l->tstate_datastack_top, frame.v);
}
