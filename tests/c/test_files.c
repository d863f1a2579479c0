/* os/files, os/random, report/name and report/folder, in a folder of their own under TMPDIR. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "os/random.h"
#include "os/spare.h"
#include "report/folder.h"

/* Stands in for libc's: the n-th write from now fails with `fail_with`, or writes only a part if
 * that is 0. Counts down; 0: none fails. */
static int fail_write;
static int fail_with;
static int writes;

ssize_t write(int fd, const void *bytes, size_t size)
{
    writes++;
    if (fail_write > 0 && --fail_write == 0) {
        if (fail_with != 0) {
            errno = fail_with;
            return -1;
        }
        size = size > 1 ? size / 2 : size;
    }
    return syscall(SYS_write, fd, bytes, size);
}

static char root[64]; /* the folder of this test program */
static char path[128];
static struct dog_folder folder;
static const dog_wall NOW = {1305511812 * DOG_NS_PER_S};
static const struct dog_str JSON = {"{\"schema\": 1}\n", 14};
static const struct dog_str TEXT = {"Undead request\n", 15};

/* A new name under the root; nothing is there yet. */
static const char *fresh_path(void)
{
    static int number;
    struct dog_text text;
    dog_text_init(&text, path, sizeof path);
    dog_text_put(&text, root);
    dog_text_put(&text, "/");
    dog_text_put_u64(&text, (uint64_t)++number);
    return dog_text_terminate(&text);
}

static void begin(void)
{
    CHECK_EQ(dog_folder_init(&folder, dog_str_of(fresh_path())), DOG_OK);
    fail_write = 0;
}

static enum dog_err publish(struct dog_published *published)
{
    struct dog_id id;
    CHECK_EQ(dog_name_new_id(&id), DOG_OK);
    return dog_folder_publish(&folder, NOW, 18010, &id, JSON, TEXT, published);
}

/* How many files there are, hidden ones too; -1: no folder. */
static int count_files(const char *where)
{
    DIR *dir = opendir(where);
    if (dir == NULL) {
        return -1;
    }
    int count = 0;
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    closedir(dir);
    return count;
}

static const char *file_of(const struct dog_published *published, const char *ending)
{
    static char name[256];
    CHECK_EQ(dog_folder_path_of(&folder, published, ending, name, sizeof name), DOG_OK);
    return name;
}

static void check_content(const char *name, const char *expected)
{
    char bytes[256];
    int file = open(name, O_RDONLY);
    CHECK(file >= 0);
    ssize_t got = file >= 0 ? read(file, bytes, sizeof bytes) : 0;
    CHECK_TEXT(bytes, got > 0 ? (size_t)got : 0, expected);
    close(file);
}

static mode_t mode_of(const char *name)
{
    struct stat facts;
    return stat(name, &facts) == 0 ? facts.st_mode & 07777 : 0;
}

TEST(a_report_is_two_files_that_only_their_owner_can_read)
{
    begin();
    struct dog_published published;
    CHECK_EQ(publish(&published), DOG_OK);
    check_content(file_of(&published, ".jsonl"), JSON.at);
    check_content(file_of(&published, ".log"), TEXT.at);
    CHECK_EQ(mode_of(file_of(&published, ".log")), 0600);
    CHECK_EQ(mode_of(file_of(&published, ".jsonl")), 0600);
    CHECK_EQ(mode_of(path), 0700);
    CHECK_EQ(count_files(path), 2);
    dog_folder_done(&folder);
}

TEST(the_name_says_when_and_which_process_and_nothing_that_can_be_guessed)
{
    struct dog_id id, other;
    CHECK_EQ(dog_name_new_id(&id), DOG_OK);
    CHECK_EQ(dog_name_new_id(&other), DOG_OK);
    CHECK(strcmp(id.at, other.at) != 0);
    CHECK_EQ(strlen(id.at), 26);
    CHECK_EQ(strspn(id.at, "abcdefghijklmnopqrstuvwxyz234567"), 26);
    char stem[DOG_NAME_STEM_SIZE];
    dog_name_stem(stem, NOW, 18010, &id);
    CHECK_TEXT(stem, (size_t)42 - 6, "slow_request_20110516T021012Z_18010_");
    CHECK(strcmp(stem + 36, id.at) == 0);
    dog_name_stem(stem, NOW, INT64_MIN, &id);
    CHECK(strcmp(stem + strlen(stem) - 26, id.at) == 0);
}

TEST(no_umask_changes_who_may_read)
{
    static const mode_t masks[] = {0, 022, 0777};
    for (size_t i = 0; i < 3; i++) {
        begin();
        CHECK_EQ(mkdir(path, 0700), 0);
        mode_t before = umask(masks[i]);
        struct dog_published published;
        CHECK_EQ(publish(&published), DOG_OK);
        umask(before);
        CHECK_EQ(mode_of(file_of(&published, ".log")), 0600);
        CHECK_EQ(mode_of(file_of(&published, ".jsonl")), 0600);
        dog_folder_done(&folder);
    }
}

TEST(the_folder_and_its_parents_are_made_private)
{
    char deep[160];
    struct dog_text text;
    dog_text_init(&text, deep, sizeof deep);
    dog_text_put(&text, fresh_path());
    dog_text_put(&text, "/a//b/");
    CHECK_EQ(dog_folder_init(&folder, dog_text_str(&text)), DOG_OK);
    mode_t before = umask(0);
    struct dog_published published;
    CHECK_EQ(publish(&published), DOG_OK);
    umask(before);
    CHECK_EQ(count_files(dog_text_terminate(&text)), 2);
    CHECK_EQ(mode_of(path), 0700);
    CHECK_EQ(mode_of(deep), 0700);
    dog_folder_done(&folder);
}

TEST(a_folder_that_is_there_keeps_its_mode)
{
    begin();
    CHECK_EQ(mkdir(path, 0755), 0);
    struct dog_published published;
    CHECK_EQ(publish(&published), DOG_OK);
    CHECK_EQ(mode_of(path), 0755);
    dog_folder_done(&folder);
}

TEST(a_path_that_is_not_absolute_or_has_a_nul_is_refused)
{
    CHECK_EQ(dog_folder_init(&folder, dog_str_of("reports")), DOG_ERR_INVALID);
    CHECK_EQ(dog_folder_init(&folder, dog_str_of("")), DOG_ERR_INVALID);
    CHECK_EQ(dog_folder_init(&folder, (struct dog_str){"/tmp\0x", 6}), DOG_ERR_INVALID);
    static char longest[DOG_FOLDER_PATH_SIZE];
    memset(longest, '/', sizeof longest);
    CHECK_EQ(dog_folder_init(&folder, (struct dog_str){longest, sizeof longest}), DOG_ERR_LIMIT);
}

TEST(later_events_are_appended_to_both)
{
    begin();
    struct dog_published published;
    CHECK_EQ(publish(&published), DOG_OK);
    CHECK_EQ(dog_folder_append(&folder, &published, dog_str_of("{}\n"), dog_str_of("More\n")),
             DOG_OK);
    writes = 0;
    CHECK_EQ(dog_folder_append(&folder, &published, dog_str_of("[]\n"), dog_str_of("Last\n")),
             DOG_OK);
    CHECK_EQ(writes, 2);
    check_content(file_of(&published, ".jsonl"), "{\"schema\": 1}\n{}\n[]\n");
    check_content(file_of(&published, ".log"), "Undead request\nMore\nLast\n");
    dog_folder_done(&folder);
}

TEST(what_took_the_place_of_a_file_is_not_touched)
{
    begin();
    struct dog_published published;
    CHECK_EQ(publish(&published), DOG_OK);
    char victim[160];
    struct dog_text text;
    dog_text_init(&text, victim, sizeof victim);
    dog_text_put(&text, root);
    dog_text_put(&text, "/victim");
    int file = open(dog_text_terminate(&text), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK_EQ(syscall(SYS_write, file, "precious", 8), 8);
    close(file);
    const char *log = file_of(&published, ".jsonl");

    unlink(log);
    CHECK_EQ(dog_folder_append(&folder, &published, JSON, TEXT), DOG_ERR_ABSENT);
    CHECK_EQ(symlink(victim, log), 0);
    CHECK_EQ(dog_folder_append(&folder, &published, JSON, TEXT), DOG_ERR_DENIED);
    unlink(log);
    CHECK_EQ(link(victim, log), 0);
    CHECK_EQ(dog_folder_append(&folder, &published, JSON, TEXT), DOG_ERR_DENIED);
    unlink(log);
    CHECK_EQ(mkfifo(log, 0600), 0);
    CHECK_EQ(dog_folder_append(&folder, &published, JSON, TEXT), DOG_ERR_DENIED);
    unlink(log);
    CHECK_EQ(mkdir(log, 0700), 0);
    CHECK(dog_folder_append(&folder, &published, JSON, TEXT) != DOG_OK);
    rmdir(log);

    check_content(victim, "precious");
    /* The .jsonl comes first: if it cannot be, the .log stays as it was. */
    check_content(file_of(&published, ".log"), TEXT.at);
    dog_folder_done(&folder);
}

TEST(nothing_that_has_a_name_of_ours_is_overwritten_or_followed)
{
    begin();
    CHECK_EQ(mkdir(path, 0700), 0);
    struct dog_id id;
    CHECK_EQ(dog_name_new_id(&id), DOG_OK);
    struct dog_published published;
    dog_name_stem(published.stem, NOW, 1, &id);
    static const struct {
        const char *prefix, *ending;
    } names[] = {{"/.", ".jsonl.tmp"}, {"/.", ".log.tmp"}, {"/", ".jsonl"}, {"/", ".log"}};
    for (size_t i = 0; i < 4; i++) {
        char name[256];
        struct dog_text text;
        dog_text_init(&text, name, sizeof name);
        dog_text_put(&text, path);
        dog_text_put(&text, names[i].prefix);
        dog_text_put(&text, published.stem);
        dog_text_put(&text, names[i].ending);
        CHECK_EQ(symlink("/nowhere/at/all", dog_text_terminate(&text)), 0);
        CHECK_EQ(dog_folder_publish(&folder, NOW, 1, &id, JSON, TEXT, &published), DOG_ERR_EXISTS);
        CHECK_EQ(count_files(path), 1);
        CHECK_EQ(unlink(name), 0);
    }
    CHECK_EQ(dog_folder_publish(&folder, NOW, 1, &id, JSON, TEXT, &published), DOG_OK);
    CHECK_EQ(count_files(path), 2);
    dog_folder_done(&folder);
}

TEST(a_write_that_fails_leaves_nothing_behind)
{
    static const struct {
        int number;
        enum dog_err err;
    } failures[] = {
        {ENOSPC, DOG_ERR_FULL}, {EDQUOT, DOG_ERR_FULL}, {EIO, DOG_ERR_IO}, {EROFS, DOG_ERR_DENIED}};
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        for (int nth = 1; nth <= 2; nth++) {
            begin();
            fail_write = nth;
            fail_with = failures[i].number;
            struct dog_published published;
            CHECK_EQ(publish(&published), failures[i].err);
            CHECK_EQ(count_files(path), 0);
            /* And it is as good as new. */
            CHECK_EQ(publish(&published), DOG_OK);
            dog_folder_done(&folder);
        }
    }
}

TEST(short_and_interrupted_writes_are_gone_on_with)
{
    static const int kinds[] = {0, EINTR};
    for (size_t i = 0; i < 2; i++) {
        for (int nth = 1; nth <= 3; nth++) {
            begin();
            fail_write = nth;
            fail_with = kinds[i];
            struct dog_published published;
            CHECK_EQ(publish(&published), DOG_OK);
            check_content(file_of(&published, ".jsonl"), JSON.at);
            check_content(file_of(&published, ".log"), TEXT.at);
            dog_folder_done(&folder);
        }
    }
}

TEST(a_half_written_event_is_taken_back)
{
    begin();
    struct dog_published published;
    CHECK_EQ(publish(&published), DOG_OK);
    fail_write = 1;
    fail_with = 0;
    CHECK_EQ(dog_folder_append(&folder, &published, JSON, TEXT), DOG_ERR_FULL);
    check_content(file_of(&published, ".jsonl"), JSON.at);
    check_content(file_of(&published, ".log"), TEXT.at);
    fail_write = 1;
    fail_with = ENOSPC;
    CHECK_EQ(dog_folder_append(&folder, &published, JSON, TEXT), DOG_ERR_FULL);
    fail_write = 1;
    fail_with = EINTR;
    CHECK_EQ(dog_folder_append(&folder, &published, dog_str_of("!\n"), dog_str_of("?\n")), DOG_OK);
    check_content(file_of(&published, ".log"), "Undead request\n?\n");
    dog_folder_done(&folder);
}

TEST(the_limit_of_a_files_size_is_an_error_and_no_signal)
{
    begin();
    pid_t child = fork();
    if (child == 0) {
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_BLOCK, &all, NULL);
        struct rlimit limit = {.rlim_cur = 4, .rlim_max = 4};
        setrlimit(RLIMIT_FSIZE, &limit);
        struct dog_published published;
        _exit(publish(&published) == DOG_ERR_TOO_LARGE && count_files(path) == 0 ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK_EQ(status, 0);
}

TEST(a_report_is_written_with_a_spare_descriptor_when_none_is_free)
{
    begin();
    dog_spare_keep();
    struct rlimit before, none;
    getrlimit(RLIMIT_NOFILE, &before);
    int lowest = dup(0);
    close(lowest);
    none = before;
    none.rlim_cur = (rlim_t)lowest;
    setrlimit(RLIMIT_NOFILE, &none);
    struct dog_published published;
    CHECK_EQ(publish(&published), DOG_OK);
    CHECK_EQ(dog_folder_append(&folder, &published, JSON, TEXT), DOG_OK);
    setrlimit(RLIMIT_NOFILE, &before);
    CHECK_EQ(count_files(path), 2);
    dog_folder_done(&folder);
}

TEST(no_free_descriptor_is_an_error_that_leaves_nothing)
{
    begin();
    struct dog_published published;
    CHECK_EQ(publish(&published), DOG_OK);
    struct rlimit before, none;
    getrlimit(RLIMIT_NOFILE, &before);
    int lowest = dup(0);
    close(lowest);
    none = before;
    none.rlim_cur = (rlim_t)lowest;
    setrlimit(RLIMIT_NOFILE, &none);
    struct dog_published other;
    CHECK_EQ(publish(&other), DOG_ERR_NO_FILE);
    CHECK_EQ(dog_folder_append(&folder, &published, JSON, TEXT), DOG_ERR_NO_FILE);
    setrlimit(RLIMIT_NOFILE, &before);
    CHECK_EQ(count_files(path), 2);
    dog_folder_done(&folder);
}

TEST(a_folder_that_was_removed_is_made_anew)
{
    begin();
    struct dog_published published;
    CHECK_EQ(publish(&published), DOG_OK);
    unlink(file_of(&published, ".log"));
    unlink(file_of(&published, ".jsonl"));
    CHECK_EQ(rmdir(path), 0);
    CHECK_EQ(dog_folder_append(&folder, &published, JSON, TEXT), DOG_ERR_ABSENT);
    CHECK_EQ(publish(&published), DOG_OK);
    CHECK_EQ(count_files(path), 2);
    dog_folder_done(&folder);
}

TEST(a_folder_that_was_moved_away_keeps_its_reports_and_gets_no_new_ones)
{
    begin();
    struct dog_published first, second;
    CHECK_EQ(publish(&first), DOG_OK);
    char away[160];
    struct dog_text text;
    dog_text_init(&text, away, sizeof away);
    dog_text_put(&text, path);
    dog_text_put(&text, ".old");
    CHECK_EQ(rename(path, dog_text_terminate(&text)), 0);
    /* An event of the old report still goes where that is. */
    CHECK_EQ(dog_folder_append(&folder, &first, JSON, TEXT), DOG_OK);
    CHECK_EQ(publish(&second), DOG_OK);
    CHECK_EQ(count_files(away), 2);
    CHECK_EQ(count_files(path), 2);
    check_content(file_of(&second, ".log"), TEXT.at);
    dog_folder_done(&folder);
}

TEST(a_folder_may_be_a_link_that_its_owner_chose)
{
    begin();
    char target[160];
    struct dog_text text;
    dog_text_init(&text, target, sizeof target);
    dog_text_put(&text, path);
    dog_text_put(&text, ".real");
    CHECK_EQ(mkdir(dog_text_terminate(&text), 0700), 0);
    CHECK_EQ(symlink(target, path), 0);
    struct dog_published published;
    CHECK_EQ(publish(&published), DOG_OK);
    CHECK_EQ(count_files(target), 2);
    dog_folder_done(&folder);
}

TEST(a_file_in_the_folders_place_is_an_error)
{
    begin();
    close(open(path, O_WRONLY | O_CREAT, 0600));
    struct dog_published published;
    CHECK(publish(&published) != DOG_OK);
    CHECK_EQ(folder.fd, -1);
}

TEST(no_descriptor_is_left_open_whatever_happens)
{
    begin();
    int before = count_files("/proc/self/fd");
    for (int i = 0; i < 20; i++) {
        struct dog_published published;
        fail_with = ENOSPC;
        fail_write = i % 4;
        enum dog_err err = publish(&published);
        fail_write = 0;
        CHECK((err != DOG_OK) == (i % 4 == 1 || i % 4 == 2));
        if (err == DOG_OK) {
            fail_write = i % 3;
            (void)!dog_folder_append(&folder, &published, JSON, TEXT);
            fail_write = 0;
        }
    }
    dog_folder_done(&folder);
    CHECK_EQ(count_files("/proc/self/fd"), before);
}

/* Kernels and file systems without renameat2: it gives ENOSYS to this process from now on. */
static void refuse_renameat2(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof filter[0], .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        _exit(77);
    }
}

TEST(without_renameat2_files_appear_by_link)
{
    begin();
    pid_t child = fork();
    if (child == 0) {
        refuse_renameat2();
        struct dog_published published;
        bool ok = publish(&published) == DOG_OK && count_files(path) == 2;
        _exit(ok ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        printf("     (no seccomp here)\n");
        return;
    }
    CHECK_EQ(status, 0);
}

TEST(after_setuid_files_belong_to_who_we_are_now)
{
    if (geteuid() != 0) {
        printf("     (only root can show it)\n");
        return;
    }
    begin();
    CHECK_EQ(chmod(root, 0711), 0);
    CHECK_EQ(mkdir(path, 0700), 0);
    CHECK_EQ(chmod(path, 01777), 0);
    pid_t child = fork();
    if (child == 0) {
        struct dog_published published;
        bool ok = publish(&published) == DOG_OK; /* as root: the folder is open from now on */
        umask(0);
        ok = ok && setgid(65534) == 0 && setuid(65534) == 0;
        ok = ok && dog_folder_append(&folder, &published, JSON, TEXT) == DOG_ERR_DENIED;
        ok = ok && publish(&published) == DOG_OK;
        struct stat facts;
        ok = ok && stat(file_of(&published, ".log"), &facts) == 0 && facts.st_uid == 65534 &&
             (facts.st_mode & 07777) == 0600;
        _exit(ok ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK_EQ(status, 0);
}

TEST(a_full_disk_is_told_apart_from_others)
{
    begin();
    CHECK_EQ(mkdir(path, 0700), 0);
    if (mount("tmpfs", path, "tmpfs", 0, "size=64k") != 0) {
        printf("     (only root can show it)\n");
        return;
    }
    static char big[48 * 1024];
    memset(big, 'x', sizeof big);
    struct dog_id id;
    struct dog_published published;
    CHECK_EQ(dog_name_new_id(&id), DOG_OK);
    CHECK_EQ(dog_folder_publish(&folder, NOW, 1, &id, (struct dog_str){big, sizeof big},
                                (struct dog_str){big, sizeof big}, &published),
             DOG_ERR_FULL);
    CHECK_EQ(count_files(path), 0);
    CHECK_EQ(publish(&published), DOG_OK);
    CHECK_EQ(mount("tmpfs", path, "tmpfs", MS_REMOUNT | MS_RDONLY, ""), 0);
    CHECK_EQ(dog_folder_append(&folder, &published, JSON, TEXT), DOG_ERR_DENIED);
    struct dog_published other;
    CHECK_EQ(publish(&other), DOG_ERR_DENIED);
    CHECK_EQ(count_files(path), 2);
    dog_folder_done(&folder);
    CHECK_EQ(umount(path), 0);
}

TEST(random_bytes_differ_and_too_many_are_refused)
{
    unsigned char a[32] = {0}, b[32] = {0}, many[257];
    CHECK_EQ(dog_random_fill(a, sizeof a), DOG_OK);
    CHECK_EQ(dog_random_fill(b, sizeof b), DOG_OK);
    CHECK(memcmp(a, b, sizeof a) != 0);
    CHECK_EQ(dog_random_fill(many, sizeof many), DOG_ERR_LIMIT);
}

TEST(the_path_of_a_file_must_fit)
{
    CHECK_EQ(dog_folder_init(&folder, dog_str_of("/tmp/")), DOG_OK);
    struct dog_published published = {.stem = "slow"};
    char name[14];
    CHECK_EQ(dog_folder_path_of(&folder, &published, ".log", name, sizeof name), DOG_OK);
    CHECK(strcmp(name, "/tmp/slow.log") == 0);
    CHECK_EQ(dog_folder_path_of(&folder, &published, ".log", name, sizeof name - 1), DOG_ERR_LIMIT);
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
    dog_text_put(&text, "/dogslow_files_XXXXXX");
    if (mkdtemp((char *)dog_text_terminate(&text)) == NULL) {
        return 1;
    }
    RUN(a_report_is_two_files_that_only_their_owner_can_read);
    RUN(the_name_says_when_and_which_process_and_nothing_that_can_be_guessed);
    RUN(no_umask_changes_who_may_read);
    RUN(the_folder_and_its_parents_are_made_private);
    RUN(a_folder_that_is_there_keeps_its_mode);
    RUN(a_path_that_is_not_absolute_or_has_a_nul_is_refused);
    RUN(later_events_are_appended_to_both);
    RUN(what_took_the_place_of_a_file_is_not_touched);
    RUN(nothing_that_has_a_name_of_ours_is_overwritten_or_followed);
    RUN(a_write_that_fails_leaves_nothing_behind);
    RUN(short_and_interrupted_writes_are_gone_on_with);
    RUN(a_half_written_event_is_taken_back);
    RUN(the_limit_of_a_files_size_is_an_error_and_no_signal);
    RUN(a_report_is_written_with_a_spare_descriptor_when_none_is_free);
    RUN(no_free_descriptor_is_an_error_that_leaves_nothing);
    RUN(a_folder_that_was_removed_is_made_anew);
    RUN(a_folder_that_was_moved_away_keeps_its_reports_and_gets_no_new_ones);
    RUN(a_folder_may_be_a_link_that_its_owner_chose);
    RUN(a_file_in_the_folders_place_is_an_error);
    RUN(no_descriptor_is_left_open_whatever_happens);
    RUN(without_renameat2_files_appear_by_link);
    RUN(after_setuid_files_belong_to_who_we_are_now);
    RUN(a_full_disk_is_told_apart_from_others);
    RUN(random_bytes_differ_and_too_many_are_refused);
    RUN(the_path_of_a_file_must_fit);
    remove_root();
    return check_report();
}
