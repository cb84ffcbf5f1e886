/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sandbox is tried in a child, which answers with a set of what it could still do.
 */
#define _GNU_SOURCE
#include "sys/file.h"
#include "sys/sandbox.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum could {
    COULD_CONNECT = 1,
    COULD_EXEC = 2,
    COULD_WRITE = 4,
    COULD_REMOVE = 8,
    COULD_MAKE_FOLDER = 16,
    COULD_READ = 32,
    COULD_WRITE_NAMED = 64,
};

static char place[] = "/tmp/sandbox_test.XXXXXX";

static int try_all(void)
{
    int could = 0;
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0)
        could |= COULD_CONNECT;
    if (open("old", O_WRONLY) >= 0 || open("new", O_WRONLY | O_CREAT, 0600) >= 0 ||
        truncate("old", 0) == 0)
        could |= COULD_WRITE;
    if (unlink("victim") == 0)
        could |= COULD_REMOVE;
    if (mkdir("folder", 0700) == 0)
        could |= COULD_MAKE_FOLDER;
    char c;
    int fd = open("old", O_RDONLY);
    if (fd >= 0 && read(fd, &c, 1) == 1)
        could |= COULD_READ;
    struct err err = {0};
    if (file_write_private("out/sheet", STR("one"), &err) == 0 &&
        file_write_private("out/sheet", STR("two"), &err) == 0)
        could |= COULD_WRITE_NAMED;
    /* The program it would become says 255, which no set of ours is. */
    (void)execl("/bin/sh", "sh", "-c", "exit 255", (char *)NULL);
    return could;
}

/* What a child could do behind the sandbox; *ret_holds is what it was told. */
static int child(const char *const *writable, size_t count, bool confine)
{
    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        unsigned holds = 0;
        struct err err = {0};
        if (confine && sandbox_enter(writable, count, &holds, &err) != 0)
            _exit(254);
        if (confine && holds != (SANDBOX_CALLS | SANDBOX_FILES))
            _exit(253);
        _exit(try_all());
    }
    int status = 0;
    (void)waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void)
{
    struct err err = {0};
    if (!mkdtemp(place) || chdir(place) != 0 || mkdir("out", 0700) != 0 ||
        file_write_private("old", STR("x"), &err) != 0 ||
        file_write_private("victim", STR("x"), &err) != 0) {
        ok(false, "cannot prepare %s", place);
        return tap_end();
    }
    const char *const out[] = {"out"};
    int without = child(NULL, 0, true);
    if (without == 253) {
        ok(true, "the sandbox # SKIP this kernel has no Landlock or no seccomp");
    } else {
        ok(without == COULD_READ, "reading is all that is left (%d)", without);
        int with = child(out, 1, true);
        ok(with == (COULD_READ | COULD_WRITE_NAMED), "and writing in a named folder (%d)",
           with);
        const char *const missing[] = {"missing"};
        ok(child(missing, 1, true) == 254, "a folder that is not there is an error");
    }
    ok(child(NULL, 0, false) == 255, "without the sandbox a program can be started");
    struct stat st;
    ok(stat("folder", &st) == 0, "and a folder made, so the test can tell");
    (void)rmdir("folder");
    (void)unlink("old");
    (void)unlink("new");
    (void)unlink("victim");
    (void)unlink("out/sheet");
    (void)rmdir("out");
    ok(chdir("/") == 0 && rmdir(place) == 0, "nothing is left behind");
    return tap_end();
}
