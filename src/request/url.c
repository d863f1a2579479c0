#include "request/url.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "privacy/names.h"

static bool is_always_safe(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '.' || c == '-' || c == '~';
}

static void put_quoted(struct dog_text *text, struct dog_str str, const char *safe)
{
    for (size_t i = 0; i < str.len; i++) {
        char c = str.at[i];
        if (is_always_safe(c) || (c != '\0' && strchr(safe, c) != NULL)) {
            dog_text_put_char(text, c);
        } else {
            static const char digits[] = "0123456789ABCDEF";
            char escape[3] = {'%', digits[(unsigned char)c >> 4], digits[(unsigned char)c & 15]};
            dog_text_put_bytes(text, escape, sizeof escape);
        }
    }
}

void dog_url_put_path(struct dog_text *text, struct dog_str path)
{
    put_quoted(text, path, "/:@&+$,!*'()");
}

void dog_url_put_iri(struct dog_text *text, struct dog_str iri)
{
    put_quoted(text, iri, "/#%[]=:;$&()+,!?*@'");
}

void dog_url_put_host(struct dog_text *text, struct dog_str host)
{
    size_t begin = host.len;
    while (begin > 0 && host.at[begin - 1] != '@') {
        begin--;
    }
    if (begin > 0) {
        dog_text_put(text, DOG_SECRET_HIDDEN "@");
    }
    dog_url_put_iri(text, (struct dog_str){host.at + begin, host.len - begin});
}

static bool is_segment(const char *segment, size_t len, const char *dots)
{
    return len == strlen(dots) && memcmp(segment, dots, len) == 0;
}

size_t dog_url_resolve_dots(char *path, size_t len)
{
    struct dog_str whole = {path, len};
    if (!dog_str_starts(whole, "/") ||
        (memmem(path, len, "/./", 3) == NULL && memmem(path, len, "/../", 4) == NULL)) {
        return len;
    }
    /* What is kept always begins with '/', and is never longer than what was read. */
    size_t kept = 0;
    for (size_t begin = 1; begin <= len;) {
        const char *slash = memchr(path + begin, '/', len - begin);
        size_t end = slash != NULL ? (size_t)(slash - path) : len;
        const char *segment = path + begin;
        size_t size = end - begin;
        bool up = is_segment(segment, size, "..");
        bool dots = up || is_segment(segment, size, ".");
        while (up && kept > 0 && path[--kept] != '/') {}
        if (!dots || end == len) {
            path[kept++] = '/';
            if (!dots) {
                memmove(path + kept, segment, size);
                kept += size;
            }
        }
        begin = end + 1;
    }
    return kept;
}
