/* report/source_lines, os/sourcefile and os/procfacts, with files of its own under TMPDIR. */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "os/procfacts.h"
#include "report/source_lines.h"

static struct dog_source_lines lines;
static unsigned char arena_storage[1 << 20];
static struct dog_arena arena;
static char root[64];
static char path[128];
static struct dog_frame frames[200];
static struct dog_stack stack;

static const char *fresh_path(void)
{
    static int number;
    struct dog_text text;
    dog_text_init(&text, path, sizeof path);
    dog_text_put(&text, root);
    dog_text_put(&text, "/");
    dog_text_put_u64(&text, (uint64_t)++number);
    dog_text_put(&text, ".py");
    return dog_text_terminate(&text);
}

static void write_file(const char *bytes, size_t len)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(file >= 0 && write(file, bytes, len) == (ssize_t)len);
    close(file);
}

/* A new file, and a stack with a frame at each of its lines 1 to `count`. */
static void begin(const char *bytes, size_t len, size_t count)
{
    dog_arena_init(&arena, arena_storage, sizeof arena_storage);
    (void)fresh_path();
    write_file(bytes, len);
    memset(frames, 0, sizeof frames);
    for (size_t i = 0; i < count; i++) {
        frames[i] = (struct dog_frame){.file = dog_str_of(path), .line = (int32_t)(i + 1)};
    }
    stack = (struct dog_stack){.frames = frames, .count = count};
}

static void fill(void)
{
    for (size_t i = 0; i < stack.count; i++) {
        frames[i].source = DOG_STR_NONE;
    }
    dog_source_lines_fill(&lines, &stack, &arena);
}

static void check_source(size_t i, const char *expected)
{
    CHECK_TEXT(frames[i].source.at, frames[i].source.len, expected);
}

#define BEGIN(bytes, count) begin(bytes, sizeof(bytes) - 1, count)

TEST(lines_are_those_of_the_file_without_their_indentation)
{
    BEGIN("first\n\t  second  \n\n    last", 5);
    fill();
    check_source(0, "first");
    check_source(1, "second");
    CHECK(frames[2].source.at == NULL); /* empty */
    check_source(3, "last");
    CHECK(frames[4].source.at == NULL); /* past the end */
}

TEST(lines_end_as_python_ends_them)
{
    BEGIN("a\r\nb\rc\n\r\nd", 5);
    fill();
    check_source(0, "a");
    check_source(1, "b");
    check_source(2, "c");
    CHECK(frames[3].source.at == NULL);
    check_source(4, "d");
}

TEST(bytes_that_are_not_utf8_are_replaced_and_a_mark_of_byte_order_is_dropped)
{
    BEGIN("\xEF\xBB\xBFna\xC3\xAFve\nna\xEFve\n", 2);
    fill();
    check_source(0, "na\xC3\xAFve");
    check_source(1, "na\xEF\xBF\xBDve");
}

TEST(a_long_line_is_cut_between_characters)
{
    static char bytes[2100];
    memset(bytes, ' ', 1000); /* indentation does not count */
    for (size_t i = 1000; i + 2 < sizeof bytes; i += 2) {
        memcpy(bytes + i + 1, "\xC3\xA9", 2);
    }
    bytes[1000] = 'x';
    begin(bytes, sizeof bytes - 1, 1);
    fill();
    size_t len = frames[0].source.len;
    CHECK_EQ(len, 499 + 3);
    CHECK(memcmp(frames[0].source.at, "x\xC3\xA9", 3) == 0);
    CHECK(memcmp(frames[0].source.at + len - 5, "\xC3\xA9\xE2\x80\xA6", 5) == 0);
}

/* Lines of every length around the size of a chunk. */
TEST(a_line_that_spans_chunks_is_whole)
{
    static char bytes[3 * DOG_SOURCE_LINES_CHUNK];
    for (size_t shift = 0; shift < 12; shift++) {
        memset(bytes, '\n', sizeof bytes);
        size_t at = DOG_SOURCE_LINES_CHUNK - shift;
        memcpy(bytes + at, "0123456789\r\nnext", 16);
        begin(bytes, sizeof bytes, 2);
        frames[0].line = (int32_t)at + 1;
        frames[1].line = (int32_t)at + 2;
        fill();
        check_source(0, "0123456789");
        check_source(1, "next");
    }
}

TEST(a_file_is_read_once_for_all_of_its_frames_and_then_not_again)
{
    BEGIN("a\nb\nc\nd\n", 4);
    static char same_name[128];
    memcpy(same_name, path, sizeof path);
    frames[2].file = dog_str_of(same_name); /* equal, but other bytes */
    frames[3].line = 1;
    uint64_t reads = lines.reads;
    fill();
    CHECK_EQ(lines.reads - reads, 1);
    check_source(0, "a");
    check_source(2, "c");
    check_source(3, "a");
    fill();
    CHECK_EQ(lines.reads - reads, 1);
    check_source(0, "a");
    check_source(1, "b");
    check_source(2, "c");
    check_source(3, "a");
}

TEST(a_file_that_changed_is_read_again)
{
    BEGIN("old\n", 1);
    fill();
    check_source(0, "old");
    write_file("new\n", 4);
    struct timeval times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    CHECK_EQ(utimes(path, times), 0);
    fill();
    check_source(0, "new");
    /* Another file under the same name, of the same size and time. */
    CHECK_EQ(rename(path, strcat(strcpy((char[160]){0}, path), ".old")), 0);
    write_file("odd\n", 4);
    CHECK_EQ(utimes(path, times), 0);
    fill();
    check_source(0, "odd");
}

TEST(what_is_no_regular_file_is_not_read_and_nobody_waits)
{
    BEGIN("x\n", 1);
    unlink(path);
    CHECK_EQ(mkfifo(path, 0600), 0);
    fill();
    CHECK(frames[0].source.at == NULL);
    static const char *const others[] = {"/dev/zero", "/dev/tty",    "/dev", "/nowhere/at/all.py",
                                         "<string>",  "relative.py", ""};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        frames[0].file = dog_str_of(others[i]);
        fill();
        CHECK(frames[0].source.at == NULL);
    }
    frames[0].file = (struct dog_str){"/etc/passwd\0.py", 15};
    fill();
    CHECK(frames[0].source.at == NULL);
    struct dog_sourcefile file;
    CHECK_EQ(dog_sourcefile_open("/dev/zero", &file), DOG_ERR_INVALID);
    CHECK_EQ(dog_sourcefile_open("/nowhere/at/all.py", &file), DOG_ERR_ABSENT);
}

TEST(a_line_of_no_known_number_has_no_source)
{
    BEGIN("x\n", 2);
    frames[0].line = 0;
    frames[1].line = -1;
    fill();
    CHECK(frames[0].source.at == NULL && frames[1].source.at == NULL);
}

TEST(a_source_that_is_there_is_kept)
{
    BEGIN("x\n", 1);
    frames[0].source = dog_str_of("kept");
    dog_source_lines_fill(&lines, &stack, &arena);
    check_source(0, "kept");
}

TEST(a_huge_file_is_read_to_its_limit)
{
    static char bytes[(5 << 20)];
    memset(bytes, '\n', sizeof bytes);
    bytes[3 << 20] = 'y';
    bytes[(4 << 20) + 100] = 'z';
    begin(bytes, sizeof bytes, 2);
    frames[0].line = (3 << 20) + 1;
    frames[1].line = (4 << 20) + 101 - 1;
    fill();
    check_source(0, "y");
    CHECK(frames[1].source.at == NULL);
}

TEST(a_full_arena_leaves_the_rest_without)
{
    BEGIN("aaaaaaaaaaaaaaaaaaaa\nbbbbbbbbbbbbbbbbbbbb\n", 2);
    dog_arena_init(&arena, arena_storage, 40);
    fill();
    check_source(0, "aaaaaaaaaaaaaaaaaaaa");
    CHECK(frames[1].source.at == NULL);
}

TEST(more_lines_of_a_file_than_are_shown_leave_the_rest_without)
{
    static char bytes[2 * 200];
    for (size_t i = 0; i < 200; i++) {
        bytes[2 * i] = (char)('a' + i % 26);
        bytes[2 * i + 1] = '\n';
    }
    begin(bytes, sizeof bytes, 200);
    fill();
    size_t shown = 0;
    for (size_t i = 0; i < 200; i++) {
        shown += frames[i].source.at != NULL;
        CHECK(frames[i].source.at == NULL || frames[i].source.at[0] == bytes[2 * i]);
    }
    CHECK_EQ(shown, DOG_SOURCE_LINES_MOST_LINES);
}

TEST(every_line_is_right_when_memory_is_full)
{
    static char bytes[8 * 9000];
    for (size_t i = 0; i < 9000; i++) {
        struct dog_text text;
        dog_text_init(&text, bytes + 8 * i, 8);
        dog_text_put_padded(&text, i + 1, 7);
        dog_text_put(&text, "\n");
    }
    begin(bytes, sizeof bytes, 1);
    uint64_t hits = lines.hits;
    for (int32_t i = 0; i < 9000; i++) {
        dog_arena_init(&arena, arena_storage, sizeof arena_storage);
        frames[0].line = i % 3000 + 1;
        fill();
        struct dog_text text;
        char expected[8];
        dog_text_init(&text, expected, sizeof expected);
        dog_text_put_padded(&text, (uint64_t)frames[0].line, 7);
        if (!dog_str_eq(frames[0].source, dog_text_str(&text))) {
            check_source(0, dog_text_terminate(&text));
            return;
        }
    }
    /* 3,000 lines in turn do not fit in 1,024 entries. */
    CHECK(lines.hits - hits < 9000 - 3000);
}

static char thread_name[DOG_PROCFACTS_THREAD_NAME_SIZE];
static struct dog_str name_of_thread;

static void *named_thread(void *unused)
{
    (void)unused;
    pthread_setname_np(pthread_self(), "a worker (7)\n)");
    name_of_thread = dog_procfacts_thread_name((int64_t)syscall(SYS_gettid), thread_name);
    return NULL;
}

TEST(a_thread_has_the_name_that_the_kernel_knows)
{
    pthread_t thread;
    CHECK_EQ(pthread_create(&thread, NULL, named_thread, NULL), 0);
    pthread_join(thread, NULL);
    CHECK_TEXT(name_of_thread.at, name_of_thread.len, "a worker (7)\n)");
    CHECK(dog_procfacts_thread_name(0, thread_name).at == NULL);
    CHECK(dog_procfacts_thread_name(1, thread_name).at == NULL); /* another process's */
    CHECK(dog_procfacts_thread_name(INT64_MAX, thread_name).at == NULL);
}

TEST(a_fork_has_another_pid_and_its_parents)
{
    int64_t pid = dog_procfacts_pid();
    CHECK_EQ(pid, getpid());
    CHECK_EQ(dog_procfacts_ppid(), getppid());
    pid_t child = fork();
    if (child == 0) {
        _exit(dog_procfacts_pid() != pid && dog_procfacts_ppid() == pid ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK_EQ(status, 0);
}

TEST(the_host_has_the_name_that_it_gives_itself)
{
    char storage[DOG_PROCFACTS_HOSTNAME_SIZE], expected[256];
    CHECK_EQ(gethostname(expected, sizeof expected), 0);
    struct dog_str name = dog_procfacts_hostname(storage);
    CHECK_TEXT(name.at, name.len, expected);
}

static void remove_root(void)
{
    pid_t child = fork();
    if (child == 0) {
        execlp("rm", "rm", "-rf", root, (char *)NULL);
        _exit(127);
    }
    waitpid(child, NULL, 0);
}

int main(void)
{
    const char *tmp = getenv("TMPDIR");
    struct dog_text text;
    dog_text_init(&text, root, sizeof root);
    dog_text_put(&text, tmp != NULL && strlen(tmp) < 32 ? tmp : "/tmp");
    dog_text_put(&text, "/dogslow_lines_XXXXXX");
    if (mkdtemp((char *)dog_text_terminate(&text)) == NULL) {
        return 1;
    }
    RUN(lines_are_those_of_the_file_without_their_indentation);
    RUN(lines_end_as_python_ends_them);
    RUN(bytes_that_are_not_utf8_are_replaced_and_a_mark_of_byte_order_is_dropped);
    RUN(a_long_line_is_cut_between_characters);
    RUN(a_line_that_spans_chunks_is_whole);
    RUN(a_file_is_read_once_for_all_of_its_frames_and_then_not_again);
    RUN(a_file_that_changed_is_read_again);
    RUN(what_is_no_regular_file_is_not_read_and_nobody_waits);
    RUN(a_line_of_no_known_number_has_no_source);
    RUN(a_source_that_is_there_is_kept);
    RUN(a_huge_file_is_read_to_its_limit);
    RUN(a_full_arena_leaves_the_rest_without);
    RUN(more_lines_of_a_file_than_are_shown_leave_the_rest_without);
    RUN(every_line_is_right_when_memory_is_full);
    RUN(a_thread_has_the_name_that_the_kernel_knows);
    RUN(a_fork_has_another_pid_and_its_parents);
    RUN(the_host_has_the_name_that_it_gives_itself);
    remove_root();
    return check_report();
}
