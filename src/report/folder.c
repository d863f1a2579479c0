#include "report/folder.h"

#include <string.h>

/* "." before, the longest ending and ".tmp" after. */
#define NAME_SIZE (DOG_NAME_STEM_SIZE + 1 + sizeof ".jsonl" + sizeof ".tmp")

static const char JSON[] = ".jsonl";
static const char TEXT[] = ".log";

/* One of the two files on its way into the folder. */
struct half {
    char hidden[NAME_SIZE];
    char final[NAME_SIZE];
    struct dog_file_id id;
};

static void final_name(char name[NAME_SIZE], const char *stem, const char *ending)
{
    struct dog_text text;
    dog_text_init(&text, name, NAME_SIZE);
    dog_text_put(&text, stem);
    dog_text_put(&text, ending);
    (void)dog_text_terminate(&text);
}

static void half_names(struct half *half, const char *stem, const char *ending)
{
    final_name(half->final, stem, ending);
    struct dog_text text;
    dog_text_init(&text, half->hidden, NAME_SIZE);
    dog_text_put_char(&text, '.');
    dog_text_put(&text, half->final);
    dog_text_put(&text, ".tmp");
    (void)dog_text_terminate(&text);
}

enum dog_err dog_folder_init(struct dog_folder *folder, struct dog_str path)
{
    if (path.len == 0 || path.at[0] != '/' || memchr(path.at, '\0', path.len) != NULL) {
        return DOG_ERR_INVALID;
    }
    if (path.len >= DOG_FOLDER_PATH_SIZE) {
        return DOG_ERR_LIMIT;
    }
    memcpy(folder->path, path.at, path.len);
    folder->path[path.len] = '\0';
    folder->fd = -1;
    folder->id = (struct dog_file_id){0};
    return DOG_OK;
}

void dog_folder_done(struct dog_folder *folder)
{
    dog_files_discard(folder->fd);
    folder->fd = -1;
}

static enum dog_err open_or_make(struct dog_folder *folder)
{
    enum dog_err err = dog_files_open_folder(folder->path, &folder->fd, &folder->id);
    if (err != DOG_ERR_ABSENT) {
        return err;
    }
    err = dog_files_make_folders(folder->path);
    return err == DOG_OK ? dog_files_open_folder(folder->path, &folder->fd, &folder->id) : err;
}

/* Open, and what the path leads to: a folder that was moved away would be written where nobody
 * looks. */
static enum dog_err make_sure(struct dog_folder *folder)
{
    struct dog_file_id now;
    if (folder->fd >= 0 && dog_files_id_of_path(folder->path, &now) == DOG_OK &&
        dog_file_id_eq(now, folder->id)) {
        return DOG_OK;
    }
    dog_folder_done(folder);
    return open_or_make(folder);
}

/* On failure nothing is left of it. */
static enum dog_err write_hidden(int folder, struct half *half, struct dog_str bytes)
{
    int file;
    enum dog_err err = dog_files_create(folder, half->hidden, &file, &half->id);
    if (err != DOG_OK) {
        return err;
    }
    err = dog_files_write_all(file, bytes.at, bytes.len);
    enum dog_err closed = dog_files_close(file);
    if (err == DOG_OK) {
        err = closed;
    }
    if (err != DOG_OK) {
        dog_files_remove(folder, half->hidden);
    }
    return err;
}

/* Both are whole by now. */
static enum dog_err reveal(int folder, const struct half *json, const struct half *text)
{
    enum dog_err err = dog_files_rename_new(folder, json->hidden, json->final);
    if (err != DOG_OK) {
        dog_files_remove(folder, json->hidden);
        dog_files_remove(folder, text->hidden);
        return err;
    }
    err = dog_files_rename_new(folder, text->hidden, text->final);
    if (err != DOG_OK) {
        dog_files_remove(folder, text->hidden);
        dog_files_remove(folder, json->final);
    }
    return err;
}

static enum dog_err write_both(int folder, struct half *json, struct dog_str json_bytes,
                               struct half *text, struct dog_str text_bytes)
{
    enum dog_err err = write_hidden(folder, json, json_bytes);
    if (err != DOG_OK) {
        return err;
    }
    err = write_hidden(folder, text, text_bytes);
    if (err != DOG_OK) {
        dog_files_remove(folder, json->hidden);
        return err;
    }
    return reveal(folder, json, text);
}

enum dog_err dog_folder_publish(struct dog_folder *folder, dog_wall at, int64_t pid,
                                const struct dog_id *id, struct dog_str json, struct dog_str text,
                                struct dog_published *ret_published)
{
    char stem[DOG_NAME_STEM_SIZE];
    struct half json_half;
    struct half text_half;
    dog_name_stem(stem, at, pid, id);
    half_names(&json_half, stem, JSON);
    half_names(&text_half, stem, TEXT);

    enum dog_err err = make_sure(folder);
    if (err == DOG_OK) {
        err = write_both(folder->fd, &json_half, json, &text_half, text);
    }
    if (err == DOG_ERR_ABSENT) {
        /* It went away since it was looked at. */
        dog_folder_done(folder);
        err = open_or_make(folder);
        if (err == DOG_OK) {
            err = write_both(folder->fd, &json_half, json, &text_half, text);
        }
    }
    if (err != DOG_OK) {
        return err;
    }
    memcpy(ret_published->stem, stem, sizeof stem);
    ret_published->json = json_half.id;
    ret_published->text = text_half.id;
    return DOG_OK;
}

enum dog_err dog_folder_append(struct dog_folder *folder, const struct dog_published *published,
                               struct dog_str json, struct dog_str text)
{
    if (folder->fd < 0) {
        enum dog_err err = dog_files_open_folder(folder->path, &folder->fd, &folder->id);
        if (err != DOG_OK) {
            return err;
        }
    }
    char name[NAME_SIZE];
    final_name(name, published->stem, JSON);
    enum dog_err err = dog_files_append(folder->fd, name, published->json, json.at, json.len);
    if (err != DOG_OK) {
        return err;
    }
    final_name(name, published->stem, TEXT);
    return dog_files_append(folder->fd, name, published->text, text.at, text.len);
}

enum dog_err dog_folder_path_of(const struct dog_folder *folder,
                                const struct dog_published *published, const char *ending,
                                char *path, size_t size)
{
    struct dog_text text;
    dog_text_init(&text, path, size);
    dog_text_put(&text, folder->path);
    if (text.len > 0 && text.at[text.len - 1] != '/') {
        dog_text_put_char(&text, '/');
    }
    dog_text_put(&text, published->stem);
    dog_text_put(&text, ending);
    (void)dog_text_terminate(&text);
    return text.dropped == 0 ? DOG_OK : DOG_ERR_LIMIT;
}
