#include "snapshot/code.h"

#include <string.h>

#include "base/cursor.h"
#include "snapshot/code_text.h"
#include "snapshot/linetable.h"

#define PAGE 4096u

/* After its size every code object has its constants, names and exception table: three words that
 * are part of its fingerprint and otherwise of no meaning to us. */
#define IDENTITY_WORDS 3

/* One resolve: what all its steps need. */
struct resolve {
    struct dog_code_cache *cache;
    struct dog_source source;
    const struct dog_layout *layout;
    struct dog_arena *arena;
    bool restarted; /* the pool was emptied for this batch: what does not fit now stays unknown */
};

void dog_code_cache_init(struct dog_code_cache *cache, void *pool, size_t pool_size)
{
    cache->pool = pool;
    cache->pool_size = pool_size > UINT32_MAX ? UINT32_MAX : (uint32_t)pool_size;
    cache->pool_used = 0;
    cache->batches = 0;
    cache->began_with = 0;
    cache->hits = cache->misses = cache->restarts = 0;
    memset(cache->entries, 0, sizeof cache->entries);
}

static struct dog_code_entry *set_of(struct dog_code_cache *cache, dog_addr code)
{
    uint64_t hash = (code.v >> 4) * UINT64_C(0x9E3779B97F4A7C15);
    return &cache->entries[(hash >> 40) % DOG_CODE_SETS * DOG_CODE_WAYS];
}

static struct dog_code_entry *find(struct dog_code_cache *cache, dog_addr code)
{
    struct dog_code_entry *set = set_of(cache, code);
    for (size_t i = 0; i < DOG_CODE_WAYS; i++) {
        if (dog_addr_eq(set[i].code, code)) {
            return &set[i];
        }
    }
    return NULL;
}

/* The way of a set that was used longest ago. */
static struct dog_code_entry *oldest(struct dog_code_cache *cache, dog_addr code)
{
    struct dog_code_entry *set = set_of(cache, code), *found = &set[0];
    for (size_t i = 1; i < DOG_CODE_WAYS; i++) {
        if (set[i].used < found->used) {
            found = &set[i];
        }
    }
    return found;
}

static void restart(struct dog_code_cache *cache)
{
    memset(cache->entries, 0, sizeof cache->entries);
    cache->pool_used = 0;
    cache->restarts++;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 31;
}

/* How much of a code object is read; 0: the layout's offsets are no code object's. */
static size_t header_size(const struct dog_layout *l)
{
    const int32_t offsets[] = {
        l->code_filename,       l->code_qualname,
        l->code_linetable,      l->code_firstlineno,
        l->code_firsttraceable, l->code_version,
        l->object_type,         l->var_size + 8 * IDENTITY_WORDS,
    };
    int32_t end = 0;
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        if (offsets[i] < 0) {
            return 0;
        }
        end = offsets[i] > end ? offsets[i] : end;
    }
    return (size_t)end + 8 <= DOG_CODE_HEADER_MAX ? (size_t)end + 8 : 0;
}

/* False: these bytes are no code object. */
static bool parse_header(const struct dog_layout *l, dog_addr code, const unsigned char *bytes,
                         struct dog_code_header *ret_header)
{
    if (!dog_addr_eq(dog_load_addr(bytes + l->object_type), l->code_type)) {
        return false;
    }
    struct dog_code_header header = {
        .code = code,
        .file = dog_load_addr(bytes + l->code_filename),
        .function = dog_load_addr(bytes + l->code_qualname),
        .table = dog_load_addr(bytes + l->code_linetable),
        .units = (int64_t)dog_load_u64(bytes + l->var_size),
        .firstlineno = (int32_t)dog_load_u32(bytes + l->code_firstlineno),
        .firsttraceable = (int32_t)dog_load_u32(bytes + l->code_firsttraceable),
    };
    uint64_t print = mix(mix(mix(1, header.file.v), header.function.v), header.table.v);
    print = mix(mix(print, (uint64_t)header.units), (uint32_t)header.firstlineno);
    for (int32_t i = 1; i <= IDENTITY_WORDS; i++) {
        print = mix(print, dog_load_u64(bytes + l->var_size + 8 * i));
    }
    if (l->code_version > 0) {
        print = mix(print, dog_load_u32(bytes + l->code_version));
    }
    header.print = print;
    *ret_header = header;
    return true;
}

/* Reads the headers of `headers[0..n)`, whose `code` is set, in one go. Those that are no code
 * objects get a null `code`. */
static void read_headers(const struct resolve *r, struct dog_code_header *headers, size_t n)
{
    struct dog_span spans[DOG_CODE_BATCH];
    size_t size = header_size(r->layout);
    for (size_t i = 0; i < n; i++) {
        spans[i] = (struct dog_span){headers[i].code, r->cache->header_copy[i], size, false};
    }
    if (size > 0) {
        dog_source_read_spans(r->source, spans, n);
    }
    for (size_t i = 0; i < n; i++) {
        if (!spans[i].ok ||
            !parse_header(r->layout, headers[i].code, r->cache->header_copy[i], &headers[i])) {
            headers[i].code = DOG_NULL;
        }
    }
}

/* An object that begins in a page that can be read can be read to the end of that page. */
static size_t piece_size(dog_addr at)
{
    size_t left = PAGE - at.v % PAGE;
    return left < DOG_CODE_PIECE ? left : DOG_CODE_PIECE;
}

/* Reads the first bytes of the three texts of each header, all in one go. */
static void read_pieces(const struct resolve *r, const struct dog_code_header *const *missing,
                        size_t n, struct dog_code_piece (*ret_pieces)[3])
{
    struct dog_span spans[DOG_CODE_BATCH * 3];
    for (size_t i = 0; i < n; i++) {
        const dog_addr at[3] = {missing[i]->file, missing[i]->function, missing[i]->table};
        for (size_t k = 0; k < 3; k++) {
            spans[3 * i + k] =
                (struct dog_span){at[k], r->cache->pieces[3 * i + k], piece_size(at[k]), false};
        }
    }
    dog_source_read_spans(r->source, spans, 3 * n);
    for (size_t i = 0; i < 3 * n; i++) {
        ret_pieces[i / 3][i % 3] = (struct dog_code_piece){
            .at = spans[i].from,
            .copy = spans[i].to,
            .size = spans[i].ok ? spans[i].size : 0,
        };
    }
}

/* Decodes one of the three texts into the pool. False: the pool is full. */
static bool keep_text(const struct resolve *r, const struct dog_code_piece *piece, size_t which,
                      struct dog_code_text *ret_text, bool *ret_known)
{
    struct dog_code_cache *cache = r->cache;
    struct dog_text text;
    dog_text_init(&text, cache->pool + cache->pool_used, cache->pool_size - cache->pool_used);
    enum dog_err err =
        which == 2 ? dog_code_text_bytes(r->source, r->layout, piece, DOG_CODE_TABLE_MAX,
                                         cache->whole, &text)
                   : dog_code_text_str(r->source, r->layout, piece,
                                       which == 0 ? DOG_CODE_FILE_MAX : DOG_CODE_FUNCTION_MAX,
                                       cache->whole, sizeof cache->whole, &text);
    if (err == DOG_ERR_NOMEM && !r->restarted) {
        return false;
    }
    *ret_known = err == DOG_OK;
    *ret_text = (struct dog_code_text){.at = cache->pool_used, .len = (uint32_t)text.len};
    cache->pool_used += *ret_known ? (uint32_t)text.len : 0;
    return true;
}

static bool fill_entry(const struct resolve *r, const struct dog_code_header *header,
                       const struct dog_code_piece pieces[3])
{
    struct dog_code_entry entry = {
        .code = header->code,
        .print = header->print,
        .used = r->cache->batches,
        .units = header->units,
        .memo_unit = INT64_MIN,
        .firstlineno = header->firstlineno,
        .firsttraceable = header->firsttraceable,
    };
    if (!keep_text(r, &pieces[0], 0, &entry.file, &entry.file_known) ||
        !keep_text(r, &pieces[1], 1, &entry.function, &entry.function_known) ||
        !keep_text(r, &pieces[2], 2, &entry.table, &entry.table_known)) {
        return false;
    }
    struct dog_code_entry *found = find(r->cache, header->code);
    *(found != NULL ? found : oldest(r->cache, header->code)) = entry;
    return true;
}

/* Reads the texts of the code objects that are not in the cache. What changed meanwhile is not
 * kept: the headers are read a second time, after the texts. False: the pool is full. */
static bool load_missing(const struct resolve *r, const struct dog_code_header *const *missing,
                         size_t n)
{
    struct dog_code_header again[DOG_CODE_BATCH];
    struct dog_code_piece pieces[DOG_CODE_BATCH][3];
    read_pieces(r, missing, n, pieces);
    for (size_t i = 0; i < n; i++) {
        if (!fill_entry(r, missing[i], pieces[i])) {
            return false;
        }
        again[i] = *missing[i];
    }
    read_headers(r, again, n);
    for (size_t i = 0; i < n; i++) {
        if (again[i].print != missing[i]->print || dog_addr_is_null(again[i].code)) {
            struct dog_code_entry *entry = find(r->cache, missing[i]->code);
            if (entry != NULL) {
                entry->code = DOG_NULL;
            }
        }
    }
    return true;
}

/* Makes sure that the cache knows the code objects of a batch. False: the pool is full. */
static bool know_codes(const struct resolve *r, size_t n)
{
    struct dog_code_cache *cache = r->cache;
    const struct dog_code_header *missing[DOG_CODE_BATCH];
    size_t missing_count = 0;
    cache->batches++;
    read_headers(r, cache->headers, n);
    for (size_t i = 0; i < n; i++) {
        const struct dog_code_header *header = &cache->headers[i];
        if (dog_addr_is_null(header->code)) {
            continue;
        }
        struct dog_code_entry *entry = find(cache, header->code);
        if (entry != NULL && entry->print == header->print) {
            entry->in_arena = entry->in_arena && entry->used >= cache->began_with;
            entry->used = cache->batches;
            cache->hits++;
        } else {
            missing[missing_count++] = header;
            cache->misses++;
        }
    }
    return missing_count == 0 || load_missing(r, missing, missing_count);
}

static struct dog_str in_arena(const struct resolve *r, struct dog_code_text text, bool known)
{
    char *at = known ? dog_arena_alloc(r->arena, text.len > 0 ? text.len : 1) : NULL;
    if (at == NULL) {
        return DOG_STR_NONE;
    }
    memcpy(at, r->cache->pool + text.at, text.len);
    return (struct dog_str){at, text.len};
}

static int32_t line_of(const struct dog_code_cache *cache, struct dog_code_entry *entry,
                       int64_t unit)
{
    if (entry->memo_unit != unit) {
        int32_t line = 0;
        if (!entry->table_known ||
            dog_linetable_line(cache->pool + entry->table.at, entry->table.len, entry->firstlineno,
                               unit, &line) != DOG_OK) {
            line = 0;
        }
        entry->memo_unit = unit;
        entry->memo_line = line;
    }
    return entry->memo_line;
}

enum fit {
    FITS,
    HAS_ONLY_BEGUN,
    IMPOSSIBLE,
};

static enum fit name_frame(const struct resolve *r, struct dog_frame *frame)
{
    struct dog_code_entry *entry = find(r->cache, frame->code);
    if (entry == NULL || entry->used != r->cache->batches) {
        return IMPOSSIBLE;
    }
    int64_t bytes = (int64_t)(frame->ip.v - frame->code.v) - r->layout->code_instructions;
    int64_t unit = bytes / DOG_CODE_UNIT;
    if (bytes < -DOG_CODE_UNIT || bytes % DOG_CODE_UNIT != 0 || unit >= entry->units) {
        return IMPOSSIBLE;
    }
    if (unit < entry->firsttraceable) {
        return HAS_ONLY_BEGUN;
    }
    if (!entry->in_arena) {
        entry->arena_file = in_arena(r, entry->file, entry->file_known);
        entry->arena_function = in_arena(r, entry->function, entry->function_known);
        entry->in_arena = true;
    }
    frame->file = entry->arena_file;
    frame->function = entry->arena_function;
    frame->line = line_of(r->cache, entry, unit);
    return FITS;
}

/* How many code objects of a batch share the set of this one. */
static size_t in_set_of(struct dog_code_cache *cache, size_t n, dog_addr code)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += set_of(cache, cache->headers[i].code) == set_of(cache, code);
    }
    return count;
}

/* Collects the different code objects of the frames from `first` on, as many as one batch takes: no
 * more of one set than it has ways, else the last of them would push out the first, which is still
 * to be asked.
 * Returns the first frame that is not in it. */
static size_t collect(struct dog_code_cache *cache, const struct dog_stack *stack, size_t first,
                      size_t *ret_count)
{
    size_t n = 0, at = first;
    for (; at < stack->count; at++) {
        dog_addr code = stack->frames[at].code;
        size_t known = n;
        while (known > 0 && !dog_addr_eq(cache->headers[known - 1].code, code)) {
            known--;
        }
        if (known > 0) {
            continue;
        }
        if (n == DOG_CODE_BATCH || in_set_of(cache, n, code) == DOG_CODE_WAYS) {
            break;
        }
        cache->headers[n++].code = code;
    }
    *ret_count = n;
    return at;
}

/* Removes a frame that is not to be shown. */
static void drop_frame(struct dog_stack *stack, size_t at)
{
    memmove(&stack->frames[at], &stack->frames[at + 1],
            (stack->count - at - 1) * sizeof stack->frames[0]);
    stack->count--;
    if (stack->omitted_at > at) {
        stack->omitted_at--;
    }
}

/* The frame at `at` cannot be, so what it called is not to be trusted either. */
static void cut_at(struct dog_stack *stack, size_t at)
{
    stack->count = at;
    stack->torn = true;
    if (stack->omitted_at > at) {
        stack->omitted = 0;
        stack->omitted_at = 0;
    }
}

void dog_code_resolve(struct dog_code_cache *cache, struct dog_source source,
                      const struct dog_layout *layout, struct dog_arena *arena,
                      struct dog_stack *stack)
{
    struct resolve r = {.cache = cache, .source = source, .layout = layout, .arena = arena};
    cache->began_with = cache->batches + 1;
    size_t at = 0;
    while (at < stack->count) {
        size_t n;
        size_t end = collect(cache, stack, at, &n);
        if (!know_codes(&r, n)) {
            restart(cache);
            r.restarted = true;
            end = collect(cache, stack, at, &n);
            (void)know_codes(&r, n);
        }
        r.restarted = false;
        while (at < end) {
            enum fit fit = name_frame(&r, &stack->frames[at]);
            if (fit == IMPOSSIBLE) {
                cut_at(stack, at);
                return;
            }
            if (fit == HAS_ONLY_BEGUN) {
                drop_frame(stack, at);
                end--;
            } else {
                at++;
            }
        }
    }
}
