#include "report/name.h"

#include "os/random.h"

enum dog_err dog_name_new_id(struct dog_id *ret_id)
{
    /* Five bits of each byte are used: 130 of 208. Nobody will miss the rest. */
    unsigned char bytes[DOG_NAME_ID_LEN];
    enum dog_err err = dog_random_fill(bytes, sizeof bytes);
    if (err != DOG_OK) {
        return err;
    }
    for (size_t i = 0; i < DOG_NAME_ID_LEN; i++) {
        ret_id->at[i] = "abcdefghijklmnopqrstuvwxyz234567"[bytes[i] & 31];
    }
    ret_id->at[DOG_NAME_ID_LEN] = '\0';
    return DOG_OK;
}

void dog_name_stem(char stem[DOG_NAME_STEM_SIZE], dog_wall at, int64_t pid, const struct dog_id *id)
{
    struct dog_text text;
    dog_text_init(&text, stem, DOG_NAME_STEM_SIZE);
    dog_text_put(&text, "slow_request_");
    dog_text_put_compact_date(&text, at);
    dog_text_put_char(&text, '_');
    dog_text_put_i64(&text, pid);
    dog_text_put_char(&text, '_');
    dog_text_put(&text, id->at);
    (void)dog_text_terminate(&text);
}
