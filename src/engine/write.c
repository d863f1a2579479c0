#include "engine/write.h"

#include <string.h>

#include "engine/outbox.h"
#include "os/clock.h"
#include "os/standard_error.h"
#include "render/json.h"
#include "render/text.h"

/* The same trouble is said once a minute: a full disk must not fill the log as well. */
#define ERROR_PERIOD_NS (60 * DOG_NS_PER_S)

static void say_error(struct dog_engine *engine, const char *what, enum dog_err err)
{
    dog_count(&dog_counters()->write_errors);
    dog_mono now = dog_clock_mono();
    if (err == engine->last_error_kind &&
        dog_mono_before(now, dog_mono_add(engine->last_error, ERROR_PERIOD_NS))) {
        return;
    }
    engine->last_error = now;
    engine->last_error_kind = err;
    char storage[DOG_FOLDER_PATH_SIZE + 128];
    struct dog_text line;
    dog_text_init(&line, storage, sizeof storage);
    dog_text_put(&line, what);
    dog_text_put(&line, " in ");
    dog_text_put_escaped(&line, engine->settings->output);
    dog_text_put(&line, ": ");
    dog_text_put(&line, dog_err_name(err));
    (void)dog_outbox_put(
        (struct dog_letter){.kind = DOG_LETTER_ERROR, .text = dog_text_str(&line)});
}

static bool write_stderr(struct dog_engine *engine, const struct dog_report *report,
                         enum dog_err (*render)(struct dog_text *, const struct dog_report *))
{
    if (!engine->settings->stderr_line) {
        return false;
    }
    /* The arena's free end: the line is short and is gone when it is written. */
    size_t mark = dog_arena_mark(&engine->arena);
    char *storage = dog_arena_alloc(&engine->arena, DOG_JSON_STDERR_ROOM);
    struct dog_text line;
    dog_text_init(&line, storage, storage != NULL ? DOG_JSON_STDERR_ROOM : 0);
    bool is_out = storage != NULL && render(&line, report) == DOG_OK &&
                  dog_standard_error_write(line.at, line.len) == DOG_OK;
    if (!is_out) {
        dog_count(&dog_counters()->stderr_dropped);
    }
    dog_arena_release(&engine->arena, mark);
    return is_out;
}

/* The folder of the settings in force; NULL: none, or none that can be. */
static struct dog_engine_folder *current_folder(struct dog_engine *engine)
{
    const struct dog_settings *settings = engine->settings;
    struct dog_engine_folder *folders = engine->folders;
    if (settings->output.at == NULL) {
        return NULL;
    }
    if (folders[0].serial != 0 && dog_str_is(settings->output, folders[0].folder.path)) {
        return &folders[0];
    }
    struct dog_engine_folder *oldest = &folders[DOG_ENGINE_FOLDERS - 1];
    if (oldest->serial != 0) {
        dog_folder_done(&oldest->folder);
    }
    memmove(&folders[1], &folders[0], (DOG_ENGINE_FOLDERS - 1) * sizeof *folders);
    folders[0].serial = 0;
    enum dog_err err = dog_folder_init(&folders[0].folder, settings->output);
    if (err != DOG_OK) {
        say_error(engine, "dogslow cannot use the folder of DOGSLOW_OUTPUT", err);
        return NULL;
    }
    folders[0].serial = settings->serial;
    return &folders[0];
}

/* The folder that a report was published in; NULL: the settings have changed too often since. */
static struct dog_folder *folder_of(struct dog_engine *engine, const struct dog_followed *followed)
{
    for (size_t i = 0; i < DOG_ENGINE_FOLDERS; i++) {
        if (engine->folders[i].serial == followed->folder) {
            return &engine->folders[i].folder;
        }
    }
    return NULL;
}

static bool deliver(struct dog_engine *engine, const struct dog_followed *followed,
                    const struct dog_text *json, const struct dog_text *text)
{
    if (!engine->settings->deliver) {
        return false;
    }
    char path[DOG_FOLDER_PATH_SIZE];
    struct dog_letter letter = {.kind = DOG_LETTER_REPORT};
    struct dog_folder *folder = followed->folder != 0 ? folder_of(engine, followed) : NULL;
    if (folder != NULL &&
        dog_folder_path_of(folder, &followed->published, ".log", path, sizeof path) == DOG_OK) {
        letter.path = dog_str_of(path);
    } else {
        letter.json = dog_text_str(json);
        letter.text = dog_text_str(text);
    }
    return dog_outbox_put(letter);
}

bool dog_write_intercepted(struct dog_engine *engine, const struct dog_report *report,
                           struct dog_followed *followed)
{
    struct dog_text json, text;
    dog_text_init(&json, engine->json, sizeof engine->json);
    dog_text_init(&text, engine->text, sizeof engine->text);
    if (dog_json_render_intercepted(&json, report) != DOG_OK) {
        dog_count(&dog_counters()->write_errors);
    }
    dog_text_render_intercepted(&text, report);
    struct dog_engine_folder *folder = current_folder(engine);
    if (folder != NULL) {
        enum dog_err err =
            dog_folder_publish(&folder->folder, report->at, report->process->pid, &followed->id,
                               dog_text_str(&json), dog_text_str(&text), &followed->published);
        followed->folder = err == DOG_OK ? folder->serial : 0;
        if (err != DOG_OK) {
            say_error(engine, "dogslow cannot write a report", err);
        }
    }
    followed->written = true;
    bool is_out = followed->folder != 0;
    is_out |= write_stderr(engine, report, dog_json_render_intercepted);
    is_out |= deliver(engine, followed, &json, &text);
    if (is_out) {
        dog_count(&dog_counters()->reports);
    }
    return is_out;
}

static void append(struct dog_engine *engine, const struct dog_followed *followed,
                   const struct dog_text *json, const struct dog_text *text)
{
    if (followed->folder == 0) {
        return;
    }
    struct dog_folder *folder = folder_of(engine, followed);
    enum dog_err err = folder != NULL ? dog_folder_append(folder, &followed->published,
                                                          dog_text_str(json), dog_text_str(text))
                                      : DOG_ERR_ABSENT;
    if (err != DOG_OK) {
        say_error(engine, "dogslow cannot append to a report", err);
    }
}

void dog_write_peek(struct dog_engine *engine, const struct dog_report *report,
                    const struct dog_followed *followed)
{
    struct dog_text json, text;
    dog_text_init(&json, engine->json, sizeof engine->json);
    dog_text_init(&text, engine->text, sizeof engine->text);
    if (dog_json_render_peek(&json, report) != DOG_OK) {
        dog_count(&dog_counters()->write_errors);
    }
    dog_text_render_peek(&text, report);
    append(engine, followed, &json, &text);
    dog_count(&dog_counters()->peeks);
    (void)write_stderr(engine, report, dog_json_render_peek);
}

void dog_write_finished(struct dog_engine *engine, const struct dog_finish *finish,
                        const struct dog_followed *followed)
{
    struct dog_text json, text;
    dog_text_init(&json, engine->json, sizeof engine->json);
    dog_text_init(&text, engine->text, sizeof engine->text);
    if (dog_json_render_finished(&json, finish) != DOG_OK) {
        dog_count(&dog_counters()->write_errors);
    }
    dog_text_render_finished(&text, finish);
    append(engine, followed, &json, &text);
    dog_count(&dog_counters()->finished);
    if (engine->settings->stderr_line && dog_standard_error_write(json.at, json.len) != DOG_OK) {
        dog_count(&dog_counters()->stderr_dropped);
    }
}
