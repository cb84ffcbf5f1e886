/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench_run: runs a program and prints what it took. A script cannot ask this itself: the
 * largest resident size of a child counts the memory of whoever started it.
 *
 * usage: bench_run OUTPUT PROGRAM [ARGUMENT…]
 *
 * The program's standard output goes to OUTPUT. Prints user, system and wall seconds and the
 * largest resident size in KB; exit code 1 if the program failed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    int out = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (out < 0) {
        perror(argv[1]);
        return 4;
    }
    struct timespec begin, end;
    (void)clock_gettime(CLOCK_MONOTONIC, &begin);
    pid_t child = fork();
    if (child == 0) {
        (void)dup2(out, STDOUT_FILENO);
        (void)execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    int status = 0;
    struct rusage used;
    if (child < 0 || wait4(child, &status, 0, &used) != child)
        return 4;
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.6f %.6f %.6f %ld\n", seconds(used.ru_utime), seconds(used.ru_stime),
           (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) * 1e-9,
           used.ru_maxrss);
    return status != 0;
}
