/* os/standard_error, with pipes, sockets and a file in its place. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "os/standard_error.h"

static char line[8192];

/* Puts `file` in the place of standard error. */
static void take_place(int file)
{
    CHECK_EQ(dup2(file, STDERR_FILENO), STDERR_FILENO);
    if (file != STDERR_FILENO) {
        close(file);
    }
}

static enum dog_err put(void)
{
    return dog_standard_error_write(line, sizeof line);
}

static size_t read_all(int file)
{
    static char bytes[1 << 17];
    ssize_t got = read(file, bytes, sizeof bytes);
    return got > 0 ? (size_t)got : 0;
}

TEST(an_empty_pipe_gets_the_whole_line)
{
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    take_place(ends[1]);
    CHECK_EQ(put(), DOG_OK);
    CHECK_EQ(read_all(ends[0]), sizeof line);
    close(ends[0]);
}

/* Whatever others wrote before, a line is there whole or not at all. If a call ever waited, this
 * test would not end: nobody reads. */
TEST(a_pipe_that_is_not_read_gets_whole_lines_and_nobody_waits)
{
    static const size_t sizes[] = {1, 100, 2049, 3000, 4096, 5000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (int count = 0; count < 16; count++) {
            int ends[2];
            CHECK_EQ(pipe(ends), 0);
            CHECK_EQ(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
            size_t expected = 0;
            for (int round = 0; round < count; round++) {
                ssize_t other = write(ends[1], line, sizes[i]);
                expected += other > 0 ? (size_t)other : 0;
            }
            CHECK_EQ(fcntl(ends[1], F_SETFL, 0), 0);
            take_place(ends[1]);
            size_t lines = 0;
            while (lines < 100 && put() == DOG_OK) {
                lines++;
            }
            CHECK(lines < 100);
            CHECK(lines > 0 || expected > 20000);
            CHECK_EQ(read_all(ends[0]), expected + lines * sizeof line);
            close(ends[0]);
        }
    }
}

TEST(a_socket_that_is_not_read_makes_nobody_wait)
{
    int ends[2];
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    take_place(ends[1]);
    CHECK_EQ(put(), DOG_OK);
    CHECK_EQ(read_all(ends[0]), sizeof line);
    int lines = 0;
    while (lines < 1000 && put() == DOG_OK) {
        lines++;
    }
    CHECK(lines < 1000);
    close(ends[0]);
}

TEST(a_reader_that_has_gone_is_an_error_and_no_signal)
{
    sigset_t pipe_signal;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigprocmask(SIG_BLOCK, &pipe_signal, NULL);
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    take_place(ends[1]);
    close(ends[0]);
    CHECK_EQ(put(), DOG_ERR_IO);
    close(STDERR_FILENO);
    CHECK_EQ(put(), DOG_ERR_IO);
}

TEST(a_file_is_written_where_it_stands)
{
    char name[] = "/tmp/dogslow_stderr_XXXXXX";
    int file = mkstemp(name);
    CHECK(file >= 0 && write(file, "abc", 3) == 3);
    take_place(file);
    CHECK_EQ(put(), DOG_OK);
    CHECK_EQ(lseek(STDERR_FILENO, 0, SEEK_CUR), 3 + sizeof line);
    unlink(name);
}

int main(void)
{
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    int original = dup(STDERR_FILENO);
    RUN(an_empty_pipe_gets_the_whole_line);
    RUN(a_pipe_that_is_not_read_gets_whole_lines_and_nobody_waits);
    RUN(a_socket_that_is_not_read_makes_nobody_wait);
    RUN(a_reader_that_has_gone_is_an_error_and_no_signal);
    RUN(a_file_is_written_where_it_stands);
    dup2(original, STDERR_FILENO); /* where a sanitizer speaks at exit */
    return check_report();
}
