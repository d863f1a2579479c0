/* Which names have values that are never shown. Context: Pure.
 *
 * Two judges, because two kinds of names read differently. Settings, META, headers and query
 * strings are judged as Django judges its settings: a secret word anywhere in the name hides the
 * value, and what is hidden too much there costs little. Names in code are judged word by word, so
 * that `author`, `monkey` and `tokenizer_config` stay readable. */
#ifndef DOG_PRIVACY_NAMES_H
#define DOG_PRIVACY_NAMES_H

#include <stdbool.h>

#include "base/text.h"

/* What stands in the place of a hidden value: 20 asterisks, as Django writes it. */
#define DOG_SECRET_HIDDEN "********************"

/* Settings, META, headers, query strings: Django's hidden-settings pattern as it is (5.2 and later:
 * API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|HTTP_COOKIE, any case, anywhere), or a secret word. */
bool dog_secret_setting_name(struct dog_str name);

/* Locals, attributes, keys, keyword arguments: one of API, AUTH, AUTHORIZATION, TOKEN, KEY, SECRET,
 * PASS, PASSWD, PASSWORD, PASSPHRASE, PWD, SIGNATURE, COOKIE, SESSION, SESSIONID, CSRF, CREDENTIAL
 * or DSN, or its plural, as a part of a snake_case or camelCase name; also joined with each other
 * or with the words they are usually joined with (apikey, csrfmiddlewaretoken, dbpassword). */
bool dog_secret_word_name(struct dog_str name);

/* Parameters of a query: as dog_secret_setting_name, or with OTP, PIN, SIG, HMAC, JWT or SID as a
 * whole word (`user_pin`, `hmacSig`; not `design`, `pinned`). */
bool dog_secret_parameter_name(struct dog_str name);

/* Arguments of a URL: as dog_secret_word_name, or with one of those words. */
bool dog_secret_argument_name(struct dog_str name);

#endif
