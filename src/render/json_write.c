#include "render/json_write.h"

#include "render/value.h"

void dog_json_init(struct dog_json *json, struct dog_text *text, size_t most_value)
{
    *json = (struct dog_json){.text = text, .most_value = most_value};
}

/* Before a key or an element. */
static void begin(struct dog_json *json)
{
    if (json->comes_another) {
        dog_text_put_char(json->text, ',');
    }
    json->comes_another = true;
}

void dog_json_open(struct dog_json *json, char bracket)
{
    begin(json);
    dog_text_put_char(json->text, bracket);
    json->comes_another = false;
}

void dog_json_close(struct dog_json *json, char bracket)
{
    dog_text_put_char(json->text, bracket);
    json->comes_another = true;
}

void dog_json_key(struct dog_json *json, const char *key)
{
    begin(json);
    dog_text_put_char(json->text, '"');
    dog_text_put(json->text, key);
    dog_text_put(json->text, "\":");
    json->comes_another = false;
}

void dog_json_foreign_key(struct dog_json *json, struct dog_str key)
{
    begin(json);
    dog_text_put_json(json->text, key.at != NULL ? key : dog_str_of("?"));
    dog_text_put_char(json->text, ':');
    json->comes_another = false;
}

void dog_json_null(struct dog_json *json)
{
    begin(json);
    dog_text_put(json->text, "null");
}

void dog_json_bool(struct dog_json *json, bool value)
{
    begin(json);
    dog_text_put(json->text, value ? "true" : "false");
}

void dog_json_u64(struct dog_json *json, uint64_t value)
{
    begin(json);
    dog_text_put_u64(json->text, value);
}

void dog_json_str(struct dog_json *json, struct dog_str value)
{
    begin(json);
    if (value.len <= json->most_value) {
        dog_text_put_json(json->text, value);
        return;
    }
    json->cut++;
    dog_text_put_json(json->text, dog_value_cut(value, json->most_value));
    /* Before the closing quote, if that had room. */
    if (json->text->dropped == 0) {
        json->text->len--;
        dog_text_put(json->text, DOG_VALUE_ELLIPSIS "\"");
    } else {
        json->text->dropped += sizeof DOG_VALUE_ELLIPSIS - 1;
    }
}

void dog_json_seconds(struct dog_json *json, int64_t ns)
{
    begin(json);
    dog_text_put_seconds(json->text, ns, 3);
}

void dog_json_date(struct dog_json *json, dog_wall t)
{
    begin(json);
    dog_text_put_char(json->text, '"');
    dog_text_put_iso8601(json->text, t);
    dog_text_put_char(json->text, '"');
}

void dog_json_put_null(struct dog_json *json, const char *key)
{
    dog_json_key(json, key);
    dog_json_null(json);
}

void dog_json_put_bool(struct dog_json *json, const char *key, bool value)
{
    dog_json_key(json, key);
    dog_json_bool(json, value);
}

void dog_json_put_u64(struct dog_json *json, const char *key, uint64_t value)
{
    dog_json_key(json, key);
    dog_json_u64(json, value);
}

void dog_json_put_str(struct dog_json *json, const char *key, struct dog_str value)
{
    dog_json_key(json, key);
    dog_json_str(json, value);
}

void dog_json_put_known(struct dog_json *json, const char *key, bool known, uint64_t value)
{
    dog_json_key(json, key);
    if (known) {
        dog_json_u64(json, value);
    } else {
        dog_json_null(json);
    }
}

void dog_json_put_empty(struct dog_json *json, const char *key, const char *brackets)
{
    dog_json_key(json, key);
    begin(json);
    dog_text_put(json->text, brackets);
}
