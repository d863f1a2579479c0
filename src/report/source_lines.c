#include "report/source_lines.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

#define WAYS      2u
#define PATH_SIZE 4096u
#define ELLIPSIS  "\xE2\x80\xA6"
#define REPLACED  "\xEF\xBF\xBD"
#define BOM       "\xEF\xBB\xBF"

/* The lines of one file that are still to be found, in ascending order, each once. */
struct wanted {
    uint32_t lines[DOG_SOURCE_LINES_MOST_LINES];
    size_t count;
};

/* One file on its way through the chunk. */
struct scan {
    uint32_t line; /* the number of the line that `raw` is of */
    bool after_cr;
    size_t len;
    bool cut;
    char raw[DOG_SOURCE_LINES_MOST_BYTES];
};

/* The frames of one file: they share its name and what is known of it. */
struct group {
    struct dog_stack *stack;
    struct dog_str file;
    size_t first;
    struct dog_sourcefile_identity identity;
};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool wants_source(const struct dog_frame *frame)
{
    return frame->source.at == NULL && frame->line > 0 && frame->file.len > 0 &&
           frame->file.at[0] == '/';
}

/* The names of one code object's file are most often the very same bytes. */
static bool is_same(struct dog_str a, struct dog_str b)
{
    return (a.at == b.at && a.len == b.len) || dog_str_eq(a, b);
}

static bool is_among(const struct dog_str *names, size_t count, struct dog_str name)
{
    for (size_t i = 0; i < count; i++) {
        if (is_same(names[i], name)) {
            return true;
        }
    }
    return false;
}

static bool is_of_group(const struct group *group, const struct dog_frame *frame)
{
    return wants_source(frame) && is_same(frame->file, group->file);
}

static void want(struct wanted *wanted, uint32_t line)
{
    size_t at = 0;
    while (at < wanted->count && wanted->lines[at] < line) {
        at++;
    }
    if ((at < wanted->count && wanted->lines[at] == line) ||
        wanted->count == DOG_SOURCE_LINES_MOST_LINES) {
        return;
    }
    memmove(&wanted->lines[at + 1], &wanted->lines[at],
            (wanted->count - at) * sizeof wanted->lines[0]);
    wanted->lines[at] = line;
    wanted->count++;
}

static void give(const struct group *group, uint32_t line, struct dog_str text)
{
    if (text.len == 0) {
        return; /* an empty line runs nothing: the file is another by now */
    }
    for (size_t i = group->first; i < group->stack->count; i++) {
        struct dog_frame *frame = &group->stack->frames[i];
        if (is_of_group(group, frame) && (uint32_t)frame->line == line) {
            frame->source = text;
        }
    }
}

/* Both entries of a set are tried; the older one is the second, and goes first. */
static struct dog_source_entry *set_of(struct dog_source_lines *lines,
                                       struct dog_sourcefile_identity identity, uint32_t line)
{
    uint64_t hash = (identity.inode * 31 + identity.device) * 31 + line;
    hash *= UINT64_C(0x9E3779B97F4A7C15); /* 2^64 divided by the golden ratio: Knuth, TAOCP 6.4 */
    return &lines->entries[(hash >> 32) % (DOG_SOURCE_LINES_CACHED / WAYS) * WAYS];
}

static const struct dog_source_entry *find(struct dog_source_lines *lines,
                                           struct dog_sourcefile_identity identity, uint32_t line)
{
    const struct dog_source_entry *set = set_of(lines, identity, line);
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].line == line && dog_sourcefile_identity_eq(set[i].identity, identity)) {
            return &set[i];
        }
    }
    return NULL;
}

static void remember(struct dog_source_lines *lines, struct dog_sourcefile_identity identity,
                     uint32_t line, struct dog_str text)
{
    if (text.len > DOG_SOURCE_LINES_CACHED_BYTES) {
        return;
    }
    struct dog_source_entry *set = set_of(lines, identity, line);
    memmove(&set[1], &set[0], (WAYS - 1) * sizeof set[0]);
    set[0].identity = identity;
    set[0].line = line;
    set[0].len = (uint16_t)text.len;
    memcpy(set[0].text, text.at, text.len);
}

static struct dog_str copy(struct dog_arena *arena, struct dog_str text)
{
    char *at = dog_arena_alloc(arena, text.len);
    if (at == NULL) {
        return DOG_STR_NONE;
    }
    memcpy(at, text.at, text.len);
    return (struct dog_str){at, text.len};
}

/* Without the spaces around it, as UTF-8. */
static struct dog_str cleaned(const struct scan *scan, struct dog_arena *arena)
{
    const char *at = scan->raw;
    size_t len = scan->len;
    while (len > 0 && is_space(*at)) {
        at++;
        len--;
    }
    while (len > 0 && !scan->cut && is_space(at[len - 1])) {
        len--;
    }
    /* Each byte becomes three at the most. */
    char storage[3 * DOG_SOURCE_LINES_MOST_BYTES + sizeof ELLIPSIS];
    struct dog_text text;
    dog_text_init(&text, storage, sizeof storage);
    for (size_t i = 0; i < len;) {
        uint32_t point;
        size_t width = dog_utf8_decode(at + i, len - i, &point);
        if (width != 0) {
            dog_text_put_bytes(&text, at + i, width);
        } else if (!scan->cut || len - i >= DOG_UTF8_MAX) {
            dog_text_put(&text, REPLACED);
        }
        i += width != 0 ? width : 1;
    }
    if (scan->cut) {
        dog_text_put(&text, ELLIPSIS);
    }
    return copy(arena, dog_text_str(&text));
}

static void keep(struct scan *scan, const char *bytes, size_t len)
{
    size_t start = 0;
    if (scan->line == 1 && scan->len == 0 && len >= 3 && memcmp(bytes, BOM, 3) == 0) {
        start = 3;
    }
    /* Indentation does not count against the limit. */
    while (scan->len == 0 && start < len && is_space(bytes[start])) {
        start++;
    }
    size_t room = DOG_SOURCE_LINES_MOST_BYTES - scan->len;
    size_t kept = len - start < room ? len - start : room;
    memcpy(scan->raw + scan->len, bytes + start, kept);
    scan->len += kept;
    scan->cut = scan->cut || kept < len - start;
}

/* The first byte that ends a line, as Python sees it: \n, \r or both together. */
static size_t line_length(const char *bytes, size_t len, bool has_cr)
{
    if (!has_cr) {
        const char *end = memchr(bytes, '\n', len);
        return end != NULL ? (size_t)(end - bytes) : len;
    }
    size_t i = 0;
    while (i < len && bytes[i] != '\n' && bytes[i] != '\r') {
        i++;
    }
    return i;
}

/* What one file gives to one report. */
struct reading {
    struct dog_source_lines *lines;
    const struct group *group;
    struct wanted wanted;
    size_t next; /* the first of `wanted` that is not found yet */
    struct scan scan;
    struct dog_arena *arena;
};

static bool is_wanted(const struct reading *reading)
{
    return reading->next < reading->wanted.count &&
           reading->wanted.lines[reading->next] == reading->scan.line;
}

static void end_line(struct reading *reading)
{
    if (is_wanted(reading)) {
        struct dog_str text = cleaned(&reading->scan, reading->arena);
        if (text.at != NULL) {
            remember(reading->lines, reading->group->identity, reading->scan.line, text);
            give(reading->group, reading->scan.line, text);
        }
        reading->next++;
    }
    reading->scan.line++;
    reading->scan.len = 0;
    reading->scan.cut = false;
}

static void scan_chunk(struct reading *reading, const char *bytes, size_t len)
{
    bool has_cr = memchr(bytes, '\r', len) != NULL;
    size_t i = 0;
    while (i < len && reading->next < reading->wanted.count) {
        if (reading->scan.after_cr && bytes[i] == '\n') {
            reading->scan.after_cr = false;
            i++;
            continue;
        }
        reading->scan.after_cr = false;
        size_t line_len = line_length(bytes + i, len - i, has_cr);
        if (is_wanted(reading)) {
            keep(&reading->scan, bytes + i, line_len);
        }
        i += line_len;
        if (i < len) {
            reading->scan.after_cr = bytes[i] == '\r';
            end_line(reading);
            i++;
        }
    }
}

static void read_file(struct reading *reading, const struct dog_sourcefile *file)
{
    uint64_t offset = 0;
    reading->scan.line = 1;
    while (offset < DOG_SOURCE_LINES_MOST_FILE && reading->next < reading->wanted.count) {
        size_t got;
        if (dog_sourcefile_read(file, offset, reading->lines->chunk, DOG_SOURCE_LINES_CHUNK,
                                &got) != DOG_OK) {
            return;
        }
        if (got == 0) {
            end_line(reading); /* the last one may have no end */
            return;
        }
        scan_chunk(reading, reading->lines->chunk, got);
        offset += got;
    }
}

/* Gives what is remembered, and notes what is not. */
static void from_memory(struct reading *reading)
{
    const struct group *group = reading->group;
    for (size_t i = group->first; i < group->stack->count; i++) {
        struct dog_frame *frame = &group->stack->frames[i];
        if (!is_of_group(group, frame)) {
            continue;
        }
        const struct dog_source_entry *entry =
            find(reading->lines, group->identity, (uint32_t)frame->line);
        if (entry == NULL) {
            want(&reading->wanted, (uint32_t)frame->line);
            continue;
        }
        reading->lines->hits++;
        give(group, entry->line, copy(reading->arena, (struct dog_str){entry->text, entry->len}));
    }
}

/* Tries one file for all frames that are in it. */
static void fill_group(struct dog_source_lines *lines, struct group *group, struct dog_arena *arena)
{
    char path[PATH_SIZE];
    if (group->file.len >= sizeof path || memchr(group->file.at, '\0', group->file.len) != NULL) {
        return;
    }
    memcpy(path, group->file.at, group->file.len);
    path[group->file.len] = '\0';
    if (dog_sourcefile_identify(path, &group->identity) != DOG_OK) {
        return;
    }
    struct reading reading = {.lines = lines, .group = group, .arena = arena};
    from_memory(&reading);
    struct dog_sourcefile file;
    if (reading.wanted.count == 0 || dog_sourcefile_open(path, &file) != DOG_OK) {
        return;
    }
    lines->reads++;
    group->identity = file.identity;
    read_file(&reading, &file);
    dog_sourcefile_close(&file);
}

void dog_source_lines_fill(struct dog_source_lines *lines, struct dog_stack *stack,
                           struct dog_arena *arena)
{
    struct dog_str tried[DOG_SOURCE_LINES_MOST_FILES];
    size_t files = 0;
    for (size_t i = 0; i < stack->count && files < DOG_SOURCE_LINES_MOST_FILES; i++) {
        struct group group = {.stack = stack, .file = stack->frames[i].file, .first = i};
        if (!wants_source(&stack->frames[i]) || is_among(tried, files, group.file)) {
            continue;
        }
        tried[files++] = group.file;
        fill_group(lines, &group, arena);
    }
}
