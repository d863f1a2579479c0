/* Names, shapes and query strings: what is hidden, and what must stay readable. */
#include "check.h"

#include "privacy/names.h"
#include "privacy/query.h"
#include "privacy/shapes.h"

static bool word(const char *name)
{
    return dog_secret_word_name(dog_str_of(name));
}

static bool setting(const char *name)
{
    return dog_secret_setting_name(dog_str_of(name));
}

static bool shape(const char *text)
{
    return dog_secret_shape(dog_str_of(text));
}

#define CHECK_ALL(judge, expected, ...)                                             \
    do {                                                                            \
        const char *check_names[] = {__VA_ARGS__};                                  \
        for (size_t i = 0; i < sizeof check_names / sizeof check_names[0]; i++) {   \
            if (judge(check_names[i]) != (expected)) {                              \
                check_failures++;                                                   \
                printf("%s:%d: %s(\"%s\") is not %d\n", __FILE__, __LINE__, #judge, \
                       check_names[i], (expected));                                 \
            }                                                                       \
        }                                                                           \
    } while (0)

TEST(every_secret_word_and_its_plural_hides)
{
    CHECK_ALL(word, true, "api", "auth", "authorization", "token", "key", "secret", "pass",
              "passwd", "password", "passphrase", "pwd", "signature", "cookie", "session",
              "sessionid", "csrf", "credential", "dsn");
    CHECK_ALL(word, true, "apis", "tokens", "keys", "secrets", "passes", "passwords", "signatures",
              "cookies", "sessions", "credentials", "dsns");
}

TEST(a_secret_word_hides_as_a_part_of_a_name_in_any_style)
{
    CHECK_ALL(word, true, "user_password", "PASSWORD", "dbPassword", "accessToken", "APIKey",
              "X-Api-Key", "_key", "__secret__", "key2", "password1", "oauth2token", "userAPIs",
              "aws.secret", "user[pwd]", "HTTPSession", "my token", "cl\xC3\xA9_token");
}

TEST(joined_forms_hide)
{
    CHECK_ALL(word, true, "apikey", "APIKEY", "apikeys", "authtoken", "csrftoken",
              "csrfmiddlewaretoken", "dbpassword", "secretkey", "privatekey", "accesstoken",
              "passkey", "passcode", "sessionkey", "PHPSESSID", "userpass", "oauth", "jwttoken");
}

TEST(names_that_only_look_secret_stay_readable)
{
    CHECK_ALL(word, false, "author", "authors", "monkey", "compass", "tokenizer_config",
              "tokenizerConfig", "keyboard", "turkey", "secretary", "passenger", "passport",
              "possession", "rapid", "capital", "therapist", "cookiecutter", "bypass", "user",
              "client_id", "database", "x", "", "_", "42", "\xC3\xA9key", "accession", "hash");
}

TEST(a_run_of_letters_longer_than_any_name_is_searched_for_secrets)
{
    char name[200];
    memset(name, 'a', sizeof name);
    CHECK(!dog_secret_word_name((struct dog_str){name, sizeof name}));
    memcpy(name + 100, "PassWord", 8);
    CHECK(dog_secret_word_name((struct dog_str){name, sizeof name}));
}

TEST(settings_are_judged_by_djangos_pattern_as_it_is)
{
    CHECK_ALL(setting, true, "SECRET_KEY", "author", "MONKEY", "compass", "rapid", "HTTP_COOKIE",
              "xhttp_cookiex", "HTTP_AUTHORIZATION", "tokenizer", "signatures");
    CHECK_ALL(setting, true, "sessionid", "HTTP_X_CSRF", "pwd", "SENTRY_DSN", "credential");
    CHECK_ALL(setting, false, "page", "DEBUG", "q", "HTTP_HOST", "possession", "http_cooki");
}

static const struct dog_query_known none_known;

static void check_query(const char *query, const char *expected)
{
    char storage[8192];
    struct dog_text text;
    dog_text_init(&text, storage, sizeof storage);
    dog_query_put(&text, dog_str_of(query), &none_known);
    CHECK_TEXT(text.at, text.len, expected);
}

#define HIDDEN "********************"

static bool parameter(const char *name)
{
    return dog_secret_parameter_name(dog_str_of(name));
}

static bool argument(const char *name)
{
    return dog_secret_argument_name(dog_str_of(name));
}

TEST(short_words_hide_in_a_url_and_as_whole_words_alone)
{
    CHECK_ALL(parameter, true, "otp", "PIN", "sig", "hmac", "jwt", "sid", "user_pin", "cardPin",
              "X-Sig", "hmac_sha256", "otp2", "token", "author");
    CHECK_ALL(argument, true, "otp", "pin", "jwt", "user_otp", "token");
    CHECK_ALL(parameter, false, "design", "pinned", "signed", "inside", "spin", "options", "side",
              "code", "state", "");
    CHECK_ALL(argument, false, "author", "design", "pinned", "pinnedPost", "insider");
    CHECK_ALL(word, false, "pin", "sid");
}

TEST(a_code_with_a_state_is_hidden)
{
    check_query("code=abc&page=2", "code=abc&page=2");
    check_query("code=abc&state=xyz", "code=" HIDDEN "&state=xyz");
    check_query("stat%65=xyz;c%6Fde=abc", "stat%65=xyz;c%6Fde=" HIDDEN);
    check_query("postcode=1&state=xyz&estate=1", "postcode=1&state=xyz&estate=1");
    check_query("next=%2Fcb%3Fcode%3Dabc%26state%3Dx", "next=" HIDDEN);
    check_query("next=%2Fcb%3Fcode%3Dabc", "next=%2Fcb%3Fcode%3Dabc");
    check_query("next=%2Fcb%3Fotp%3D123456", "next=" HIDDEN);
}

TEST(what_an_authorization_header_holds_is_hidden)
{
    CHECK_ALL(shape, true, "Bearer abcdefghijkl", "bearer  x Bearer%20abc.def-ghi",
              "BEARER+a/b=c~d_e-f", "Basic dXNlcjpwYXNz", "basic+dXNlcjpwYXNz", "h: Basic%20OnB3",
              "Basic dTpww6k=", "sk-ant-api03-abcdefghijklmnop",
              "hf_abcdefghijklmnopqrstuvwxyz0123456789");
    CHECK_ALL(shape, false, "Bearer", "Bearer of the news", "bearer ", "Basic training", "Basic",
              "Basic ", "basic+english+for+beginners", "xBearer abcdefghijkl", "Basic-dXNlcjpwYXNz",
              "Basic%2", "hf_short", "sk-ant-");
    check_query("h=Bearer%20abcdefghijkl&i=Basic+dXNlcjpwYXNz", "h=" HIDDEN "&i=" HIDDEN);
}

TEST(secrets_are_known_by_their_shape)
{
    CHECK_ALL(shape, true, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
              "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.",
              "x -----BEGIN RSA PRIVATE KEY-----\nMII", "AKIAIOSFODNN7EXAMPLE",
              "id=ASIAIOSFODNN7EXAMPLE", "ghp_0123456789abcdefghij0123456789abcdef",
              "xoxb-1234567890-abcdef", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "4111111111111111",
              "4111 1111 1111 1111", "card 5500-0055-5555-5559.", "378282246310005",
              "6011111111111117", "postgres://bob:hunter2@db/x", "see https://a:b@c");
}

TEST(what_is_no_secret_shape_stays_readable)
{
    CHECK_ALL(shape, false, "", "eyJ", "eyJhbGciOiJIUzI1NiJ9", "eyJhbGci.x", "BEGIN", "AKIA",
              "xAKIAIOSFODNN7EXAMPLE", "AKIAshort", "4111111111111112", "1700000000000",
              "41111111111111111111", "411111111111", "12345678901234567", "http://h:80/a@b",
              "http://bob@h/", "risk-averse", "mailto:bob@example.com", "4111  1111 1111 1111");
}

static bool random_looking(const char *text)
{
    return dog_secret_random(dog_str_of(text));
}

TEST(a_token_that_was_generated_is_told_from_words_and_ids)
{
    CHECK_ALL(random_looking, true, "c8k2x1-0123456789abcdef0123456789abcdef",
              "bq9v2k-5f4dcc3b5aa765d61d8327deb882cf99", "Zk3J9qLw7XbT2mPv5RcY",
              "dGhpcyBp-3x7cyBhIHRlc3Q_0a", "MTI:1tYxQw:Zk3J9qLw7XbT2mPv5RcYa8",
              "0af7651916cd43dd8448eb211c80319c", "mail-Zk3J9qLw7XbT2mPv5RcY.html");
    CHECK_ALL(random_looking, false, "", "Zk3J9qLw7XbT2mPv5Rc", "the-iphone15pro-in-2024",
              "my-article-about-the-2024-elections", "2024-11-24T22-12-55Z-report-3",
              "0af76519-16cd-43dd-8448-eb211c80319c", "0AF76519-16CD-43DD-8448-EB211C80319C",
              "12345678901234567890123", "internationalization-and-localization",
              "a1b2.c3d4.e5f6.a7b8.c9d0", "NotOneDigitInAllOfThisLongName");
}

TEST(a_query_without_secrets_is_untouched)
{
    check_query("", "");
    check_query("a=1&b=&c&&;=x;%zz=%", "a=1&b=&c&&;=x;%zz=%");
    check_query("q=caf%C3%A9+au+lait&page=2#f", "q=caf%C3%A9+au+lait&page=2#f");
}

TEST(values_of_secret_names_are_hidden_in_a_query)
{
    check_query("token=abc&page=2", "token=" HIDDEN "&page=2");
    check_query("a=1;password=x;b=2", "a=1;password=" HIDDEN ";b=2");
    check_query("user[password]=x", "user[password]=" HIDDEN);
    check_query("token=a=b", "token=" HIDDEN);
    check_query("token", "token");
    check_query("token=", "token=");
}

TEST(names_are_judged_decoded)
{
    check_query("%74oken=abc", "%74oken=" HIDDEN);
    check_query("pw%64=abc&%=%2&%4=%zz", "pw%64=" HIDDEN "&%=%2&%4=%zz");
    check_query("my+pwd=abc", "my+pwd=" HIDDEN);
    check_query("user%5Bpwd%5D=abc", "user%5Bpwd%5D=" HIDDEN);
}

TEST(values_of_secret_shape_are_hidden_in_a_query)
{
    check_query("q=4111+1111+1111+1111&n=1", "q=" HIDDEN "&n=1");
    check_query("u=https%3A%2F%2Fa%3Ab%40c%2F", "u=" HIDDEN);
    check_query("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", HIDDEN);
    check_query("AKIAIOSFODNN7EXAMPLE=1", HIDDEN "=1");
}

TEST(a_query_inside_a_value_is_judged_too)
{
    check_query("next=%2Freset%3Ftoken%3Dabc", "next=" HIDDEN);
    check_query("next=%2Fa%253Fpwd%253Dabc", "next=" HIDDEN);
    check_query("f=%7B%22password%22%3A%20%22x%22%7D", "f=" HIDDEN);
    check_query("next=%2Flist%3Fpage%3D2", "next=%2Flist%3Fpage%3D2");
    check_query("t=10:30", "t=10:30");
}

TEST(what_was_hidden_elsewhere_is_hidden_in_a_query)
{
    char storage[256];
    struct dog_text text;
    struct dog_query_known known = {0};
    dog_query_know(&known, dog_str_of("CAN+RY"));
    dog_query_know(&known, dog_str_of("short"));
    CHECK_EQ(known.count, 1);
    dog_text_init(&text, storage, sizeof storage);
    dog_query_put(&text, dog_str_of("next=%2Fr%2FCAN%2BRY%2F&n=x%2FCAN%252BRY&CAN+RY&s=short&p=2"),
                  &known);
    CHECK_TEXT(text.at, text.len, "next=" HIDDEN "&n=" HIDDEN "&" HIDDEN "&s=short&p=2");
    for (size_t i = 0; i < DOG_QUERY_MAX_KNOWN; i++) {
        dog_query_know(&known, dog_str_of("another"));
    }
    CHECK(known.more);
    dog_text_init(&text, storage, sizeof storage);
    dog_query_put(&text, dog_str_of("p=2&q="), &known);
    CHECK_TEXT(text.at, text.len, HIDDEN "=" HIDDEN "&" HIDDEN "=");
}

TEST(what_is_too_long_to_be_judged_is_hidden)
{
    char query[6000];
    memset(query, 'n', sizeof query);
    memcpy(query, "q=", 2);
    query[sizeof query - 1] = '\0';
    check_query(query, "q=" HIDDEN);
    memset(query, 'n', sizeof query);
    memcpy(query + 300, "=v", 3);
    query[302] = '\0';
    char expected[400];
    snprintf(expected, sizeof expected, "%.300s=%s", query, HIDDEN);
    check_query(query, expected);
}

TEST(what_does_not_fit_is_dropped_and_counted)
{
    char storage[8];
    struct dog_text text;
    dog_text_init(&text, storage, sizeof storage);
    dog_query_put(&text, dog_str_of("token=abcdefgh"), &none_known);
    CHECK(text.dropped > 0);
    CHECK(memchr(text.at, 'b', text.len) == NULL);
}

/* Whatever the bytes are, the judges end, stay within them, and never show the canary. */
TEST(no_bytes_around_a_secret_make_it_visible)
{
    uint32_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        char query[96];
        size_t len = 0;
        static const char bytes[] = "%&;=+[]\"':/@?#-_. 40eyJAkK\xC3\xA9\xFF";
        seed = seed * 1664525 + 1013904223;
        size_t noise = seed >> 27;
        for (size_t i = 0; i < noise; i++) {
            seed = seed * 1664525 + 1013904223;
            query[len++] = bytes[(seed >> 16) % (sizeof bytes - 1)];
        }
        memcpy(query + len, "&api_token=CANARY&", 18);
        len += 18;
        for (size_t i = 0; i < noise; i++) {
            seed = seed * 1664525 + 1013904223;
            query[len++] = bytes[(seed >> 16) % (sizeof bytes - 1)];
        }
        char storage[2048];
        struct dog_text text;
        dog_text_init(&text, storage, sizeof storage);
        dog_query_put(&text, (struct dog_str){query, len}, &none_known);
        CHECK(memmem(text.at, text.len, "CANARY", 6) == NULL);
    }
}

int main(void)
{
    RUN(every_secret_word_and_its_plural_hides);
    RUN(a_secret_word_hides_as_a_part_of_a_name_in_any_style);
    RUN(joined_forms_hide);
    RUN(names_that_only_look_secret_stay_readable);
    RUN(a_run_of_letters_longer_than_any_name_is_searched_for_secrets);
    RUN(settings_are_judged_by_djangos_pattern_as_it_is);
    RUN(secrets_are_known_by_their_shape);
    RUN(what_is_no_secret_shape_stays_readable);
    RUN(a_token_that_was_generated_is_told_from_words_and_ids);
    RUN(a_query_without_secrets_is_untouched);
    RUN(values_of_secret_names_are_hidden_in_a_query);
    RUN(names_are_judged_decoded);
    RUN(values_of_secret_shape_are_hidden_in_a_query);
    RUN(a_query_inside_a_value_is_judged_too);
    RUN(short_words_hide_in_a_url_and_as_whole_words_alone);
    RUN(a_code_with_a_state_is_hidden);
    RUN(what_an_authorization_header_holds_is_hidden);
    RUN(what_was_hidden_elsewhere_is_hidden_in_a_query);
    RUN(what_is_too_long_to_be_judged_is_hidden);
    RUN(what_does_not_fit_is_dropped_and_counted);
    RUN(no_bytes_around_a_secret_make_it_visible);
    return check_report();
}
