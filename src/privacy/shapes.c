#include "privacy/shapes.h"

#include <stddef.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_base64url(char c)
{
    return is_alnum(c) || c == '-' || c == '_';
}

/* The run of base64url at `at`; it is not followed beyond `most`. */
static size_t base64url_run(struct dog_str text, size_t at, size_t most)
{
    size_t len = 0;
    while (len < most && at + len < text.len && is_base64url(text.at[at + len])) {
        len++;
    }
    return len;
}

static bool starts_at(struct dog_str text, size_t at, const char *prefix)
{
    return dog_str_starts((struct dog_str){text.at + at, text.len - at}, prefix);
}

/* Two runs of base64url with a dot between, the first of which begins with `{"` in base64. The
 * third may be missing: what matters can be read from the second. */
#define JWT_MAX_HEADER 4096 /* with a chain of certificates in it */

static bool is_jwt(struct dog_str text, size_t at)
{
    if (!starts_at(text, at, "eyJ")) {
        return false;
    }
    size_t header = base64url_run(text, at, JWT_MAX_HEADER);
    size_t dot = at + header;
    return header >= 8 && dot < text.len && text.at[dot] == '.' &&
           base64url_run(text, dot + 1, 4) == 4;
}

/* Keys that name their service. `least` is how many characters follow the prefix at the least; real
 * ones are as long or longer. */
static const struct {
    const char *prefix;
    size_t least;
} service_keys[] = {
    {"AKIA", 16},     {"ASIA", 16},   {"ghp_", 30},        {"gho_", 30},     {"ghu_", 30},
    {"ghs_", 30},     {"ghr_", 30},   {"github_pat_", 22}, {"glpat-", 16},   {"xoxb-", 10},
    {"xoxp-", 10},    {"xoxa-", 10},  {"xoxo-", 10},       {"xoxr-", 10},    {"xoxs-", 10},
    {"xoxe-", 10},    {"xapp-", 10},  {"sk_live_", 10},    {"sk_test_", 10}, {"rk_live_", 10},
    {"rk_test_", 10}, {"whsec_", 16}, {"AIza", 35},        {"ya29.", 20},    {"sk-ant-", 10},
    {"sk-", 32},      {"hf_", 30},    {"npm_", 30},        {"pypi-", 50},    {"SG.", 20},
    {"dop_v1_", 40},
};

static bool is_service_key(struct dog_str text, size_t at)
{
    if (at > 0 && is_alnum(text.at[at - 1])) {
        return false;
    }
    for (size_t i = 0; i < sizeof service_keys / sizeof service_keys[0]; i++) {
        if (starts_at(text, at, service_keys[i].prefix)) {
            size_t after = at + strlen(service_keys[i].prefix);
            size_t least = service_keys[i].least;
            return base64url_run(text, after, least) == least;
        }
    }
    return false;
}

enum {
    BEARER_MIN = 10, /* characters of the token: no word of a sentence is as long */
};

static int base64_value(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = memchr(digits, c, sizeof digits - 1);
    return at != NULL ? (int)(at - digits) : -1;
}

/* Base64 of "user:password"? Hardly a word is: it would have to give a colon and printable text. */
static bool is_user_and_password(struct dog_str text, size_t at)
{
    unsigned bits = 0;
    bool colon = false;
    size_t i = at;
    for (; i < text.len && base64_value(text.at[i]) >= 0; i++) {
        bits = (bits << 6 | (unsigned)base64_value(text.at[i])) & 0xFFFF;
        size_t sextets = (i - at) % 4 + 1;
        /* The byte that this sextet completes. */
        unsigned byte = bits >> (sextets == 2 ? 4 : sextets == 3 ? 2 : 0) & 0xFF;
        if (sextets == 1) {
            continue;
        }
        if (byte < ' ' || byte == 0x7F) {
            return colon;
        }
        colon = colon || byte == ':';
    }
    return colon;
}

/* The length of `word`, in any case, and of the space behind it, also encoded, at `at`; or 0. */
static size_t scheme_at(struct dog_str text, size_t at, const char *word)
{
    static const char *const spaces[] = {" ", "+", "%20"};
    size_t len = strlen(word);
    if ((at > 0 && is_alnum(text.at[at - 1])) || text.len - at <= len) {
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        if ((text.at[at + i] | 0x20) != word[i]) {
            return 0;
        }
    }
    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
        if (starts_at(text, at + len, spaces[i])) {
            return len + strlen(spaces[i]);
        }
    }
    return 0;
}

/* "Bearer <token>", "Basic <base64>", as in a header. */
static bool is_authorization(struct dog_str text, size_t at)
{
    size_t bearer = scheme_at(text, at, "bearer"), basic = scheme_at(text, at, "basic");
    size_t run = 0;
    for (size_t i = at + bearer; bearer != 0 && i < text.len && run < BEARER_MIN; i++) {
        char c = text.at[i];
        if (!is_base64url(c) && memchr("._~+/=", c, 6) == NULL) {
            break;
        }
        run++;
    }
    return run == BEARER_MIN || (basic != 0 && is_user_and_password(text, at + basic));
}

enum {
    CARD_MIN_DIGITS = 13,
    CARD_MAX_DIGITS = 19,
};

/* Issuers' ranges, so that a time in milliseconds is not taken for a card one time in ten. */
static bool is_issuers(const char *digits, size_t count)
{
    int two = (digits[0] - '0') * 10 + (digits[1] - '0');
    return (digits[0] == '4' && (count == 13 || count == 16 || count == 19)) ||
           (two >= 51 && two <= 55 && count == 16) || (two >= 22 && two <= 27 && count == 16) ||
           ((two == 34 || two == 37) && count == 15) ||
           ((two == 30 || two == 36 || two == 38 || two == 39) && count >= 14) ||
           (two == 35 && count >= 16) || (digits[0] == '6' && count >= 16);
}

static bool passes_luhn(const char *digits, size_t count)
{
    int sum = 0;
    for (size_t i = 0; i < count; i++) {
        int digit = digits[count - 1 - i] - '0';
        if (i % 2 == 1) {
            digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        }
        sum += digit;
    }
    return sum % 10 == 0;
}

/* `at` is the first digit of a run that has none before it. Groups may be parted by one space or
 * hyphen. */
static bool is_card(struct dog_str text, size_t at)
{
    char digits[CARD_MAX_DIGITS];
    size_t count = 0;
    for (size_t i = at; i < text.len; i++) {
        char c = text.at[i];
        if (is_digit(c)) {
            if (count == CARD_MAX_DIGITS) {
                return false;
            }
            digits[count++] = c;
        } else if ((c != ' ' && c != '-') || !is_digit(text.at[i - 1])) {
            break;
        }
    }
    return count >= CARD_MIN_DIGITS && is_issuers(digits, count) && passes_luhn(digits, count);
}

/* "://user:password@": `at` is behind the "://". */
static bool has_password(struct dog_str text, size_t at)
{
    bool colon = false;
    for (size_t i = at; i < text.len; i++) {
        char c = text.at[i];
        if (c == '@') {
            return colon;
        }
        if (c == '/' || c == '?' || c == '#' || c == ' ' || c == '"' || c == '\'') {
            return false;
        }
        colon = colon || c == ':';
    }
    return false;
}

bool dog_secret_shape(struct dog_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool run_begins = i == 0 || !is_digit(text.at[i - 1]);
        if ((c == 'e' && is_jwt(text, i)) || (is_alnum(c) && is_service_key(text, i)) ||
            ((c | 0x20) == 'b' && is_authorization(text, i)) ||
            (c == '-' && starts_at(text, i, "-----BEGIN ")) ||
            (is_digit(c) && run_begins && is_card(text, i)) ||
            (c == ':' && starts_at(text, i, "://") && has_password(text, i + 3))) {
            return true;
        }
    }
    return false;
}

enum {
    RANDOM_MIN = 20,  /* characters: 100 bits and more */
    RANDOM_TURNS = 3, /* between letters and digits in one word: "iphone15pro" has two */
    UUID_LENGTH = 36,
};

static bool is_uuid(struct dog_str run)
{
    for (size_t i = 0; i < run.len; i++) {
        char c = run.at[i];
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) {
            return false;
        }
    }
    return run.len == UUID_LENGTH;
}

static bool is_random_run(struct dog_str run)
{
    int turns = 0;
    if (run.len < RANDOM_MIN || is_uuid(run)) {
        return false;
    }
    for (size_t i = 1; i < run.len && turns < RANDOM_TURNS; i++) {
        bool within_word = is_alnum(run.at[i - 1]) && is_alnum(run.at[i]);
        turns = within_word ? turns + (is_digit(run.at[i - 1]) != is_digit(run.at[i])) : 0;
    }
    return turns == RANDOM_TURNS;
}

bool dog_secret_random(struct dog_str text)
{
    for (size_t i = 0; i < text.len;) {
        size_t len = base64url_run(text, i, text.len - i);
        if (is_random_run((struct dog_str){text.at + i, len})) {
            return true;
        }
        i += len + 1;
    }
    return false;
}
