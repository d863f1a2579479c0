/* A writer of JSON that puts the commas. Context: Pure. */
#ifndef DOG_RENDER_JSON_WRITE_H
#define DOG_RENDER_JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct dog_json {
    struct dog_text *text;
    size_t most_value;  /* bytes of a text, before it is escaped */
    uint64_t cut;       /* texts that were longer */
    bool comes_another; /* a comma goes before the next key or element */
};

void dog_json_init(struct dog_json *json, struct dog_text *text, size_t most_value);

void dog_json_open(struct dog_json *json, char bracket);  /* '{' or '[' */
void dog_json_close(struct dog_json *json, char bracket); /* '}' or ']' */

/* A key of ours: plain ASCII that needs no escape. */
void dog_json_key(struct dog_json *json, const char *key);
/* A key of the program's, never cut. */
void dog_json_foreign_key(struct dog_json *json, struct dog_str key);

void dog_json_null(struct dog_json *json);
void dog_json_bool(struct dog_json *json, bool value);
void dog_json_u64(struct dog_json *json, uint64_t value);
void dog_json_str(struct dog_json *json, struct dog_str value); /* none is null */
void dog_json_seconds(struct dog_json *json, int64_t ns);       /* to the millisecond */
void dog_json_date(struct dog_json *json, dog_wall t);

/* A key and its value in one. */
void dog_json_put_null(struct dog_json *json, const char *key);
void dog_json_put_bool(struct dog_json *json, const char *key, bool value);
void dog_json_put_u64(struct dog_json *json, const char *key, uint64_t value);
void dog_json_put_str(struct dog_json *json, const char *key, struct dog_str value);
void dog_json_put_known(struct dog_json *json, const char *key, bool known, uint64_t value);
void dog_json_put_empty(struct dog_json *json, const char *key, const char *brackets);

#endif
