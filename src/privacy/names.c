#include "privacy/names.h"

#include <stddef.h>
#include <string.h>

/* The longest run of letters that is taken apart into joined words. Real names are shorter; longer
 * ones are searched for a secret word anywhere. */
#define MAX_JOINED 64

static const char *const django_words[] = {"api",    "auth", "token",     "key",
                                           "secret", "pass", "signature", "http_cookie"};

static const char *const secret_words[] = {
    "api",       "auth",     "authorization", "token", "key",        "secret", "pass",
    "passwd",    "password", "passphrase",    "pwd",   "signature",  "cookie", "session",
    "sessionid", "sessid",   "jsessionid",    "csrf",  "credential", "dsn",
};

/* They hide nothing alone: only what is made of these and of secret words alone is a joined form.
 */
static const char *const companion_words[] = {
    "access",     "account", "admin",    "app",     "aws",        "bearer", "client", "code",
    "confirm",    "current", "database", "db",      "encryption", "ftp",    "git",    "hash",
    "header",     "hmac",    "id",       "jwt",     "ldap",       "login",  "mail",   "master",
    "middleware", "my",      "mysql",    "new",     "o",          "old",    "pair",   "php",
    "private",    "public",  "redis",    "refresh", "repeat",     "rest",   "root",   "shared",
    "signing",    "site",    "smtp",     "ssh",     "user",       "value",  "web",    "webhook",
    "x",          "xsrf",
};

/* In a URL alone, and as whole words alone: code has other uses for them. */
static const char *const url_words[] = {"otp", "pin", "sig", "hmac", "jwt", "sid"};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* A letter beyond ASCII is part of a word, so that it does not set one free that was not there. */
static bool is_letter(char c)
{
    return is_upper(c) || (c >= 'a' && c <= 'z') || ((unsigned char)c & 0x80) != 0;
}

/* How much of `text` is `word`, whatever its case: its length, or 0. */
static size_t match(struct dog_str text, const char *word)
{
    size_t len = strlen(word);
    if (len > text.len) {
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        if (lower(text.at[i]) != word[i]) {
            return 0;
        }
    }
    return len;
}

static struct dog_str from(struct dog_str text, size_t start)
{
    return (struct dog_str){text.at + start, text.len - start};
}

static bool contains_any(struct dog_str name, const char *const *words, size_t count)
{
    for (size_t i = 0; i < name.len; i++) {
        for (size_t w = 0; w < count; w++) {
            if (match(from(name, i), words[w]) != 0) {
                return true;
            }
        }
    }
    return false;
}

/* What a prefix of a run of letters can be made of. */
enum {
    MADE_OF_WORDS = 1,
    WITH_A_SECRET = 2,
};

/* "keys", "passes": the length of the word's plural at the start of `text`, or 0. */
static size_t match_plural(struct dog_str text, const char *word)
{
    size_t len = match(text, word);
    if (len == 0) {
        return 0;
    }
    size_t tail = match(from(text, len), word[len - 1] == 's' ? "es" : "s");
    return tail != 0 ? len + tail : 0;
}

/* Is this run of letters made of secret words and their companions alone, with at least one secret?
 * A table over its prefixes: no search tree, whatever the letters are. */
static bool is_joined_secret(struct dog_str run)
{
    if (run.len > MAX_JOINED) {
        return contains_any(run, secret_words, COUNT(secret_words));
    }
    unsigned char made[MAX_JOINED + 1] = {MADE_OF_WORDS};
    for (size_t i = 0; i < run.len; i++) {
        if (made[i] == 0) {
            continue;
        }
        for (size_t w = 0; w < COUNT(secret_words); w++) {
            size_t len = match(from(run, i), secret_words[w]);
            if (len != 0) {
                made[i + len] |= WITH_A_SECRET;
            }
            len = match_plural(from(run, i), secret_words[w]);
            if (len != 0) {
                made[i + len] |= WITH_A_SECRET;
            }
        }
        for (size_t w = 0; w < COUNT(companion_words); w++) {
            size_t len = match(from(run, i), companion_words[w]);
            if (len != 0) {
                made[i + len] |= made[i];
            }
        }
    }
    return (made[run.len] & WITH_A_SECRET) != 0;
}

/* Where the camelCase part that begins at `start` ends: "userToken" user|Token, "APIKey" API|Key.
 */
static size_t part_end(struct dog_str run, size_t start)
{
    for (size_t i = start + 1; i < run.len; i++) {
        bool rises = is_upper(run.at[i]) && !is_upper(run.at[i - 1]);
        bool acronym_ends = is_upper(run.at[i]) && is_upper(run.at[i - 1]) && i + 1 < run.len &&
                            !is_upper(run.at[i + 1]);
        if (rises || acronym_ends) {
            return i;
        }
    }
    return run.len;
}

static bool is_url_word(struct dog_str run)
{
    for (size_t w = 0; w < COUNT(url_words); w++) {
        if (match(run, url_words[w]) == run.len) {
            return true;
        }
    }
    return false;
}

/* Does the judge say so of a run of letters in the name, or of a camelCase part of one? */
static bool any_word(struct dog_str name, bool (*judge)(struct dog_str word))
{
    for (size_t i = 0; i < name.len;) {
        if (!is_letter(name.at[i])) {
            i++;
            continue;
        }
        size_t end = i;
        while (end < name.len && is_letter(name.at[end])) {
            end++;
        }
        struct dog_str run = {name.at + i, end - i};
        if (judge(run)) {
            return true;
        }
        for (size_t start = 0; start < run.len;) {
            size_t stop = part_end(run, start);
            if (judge((struct dog_str){run.at + start, stop - start})) {
                return true;
            }
            start = stop;
        }
        i = end;
    }
    return false;
}

bool dog_secret_word_name(struct dog_str name)
{
    return any_word(name, is_joined_secret);
}

bool dog_secret_setting_name(struct dog_str name)
{
    return contains_any(name, django_words, COUNT(django_words)) || dog_secret_word_name(name);
}

bool dog_secret_parameter_name(struct dog_str name)
{
    return dog_secret_setting_name(name) || any_word(name, is_url_word);
}

bool dog_secret_argument_name(struct dog_str name)
{
    return dog_secret_word_name(name) || any_word(name, is_url_word);
}
