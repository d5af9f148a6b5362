// Lets one call of the disk fail with EIO, once: preloaded into the server by test_failing_disk.py.
//
//   FAILING_CALL=fdatasync   which call: pwrite or fdatasync
//   FAILING_FILE=.segment    how the name of the file ends that it is to concern, or /FOLDER/ for those in a folder
//   FAILING_TRIGGER=PATH     nothing fails before this file is there
//   FAILING_AFTER=3          how many calls succeed after that
//
// What fails does nothing, and PATH.fired is made.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int calls;

static int concerns(int descriptor) {
    const char *wanted = getenv("FAILING_FILE");
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (wanted == NULL || length < 0) return 0;
    path[length] = 0;
    if (wanted[0] == '/') return strstr(path, wanted) != NULL;
    size_t suffix = strlen(wanted);
    return (size_t)length >= suffix && strcmp(path + length - suffix, wanted) == 0;
}

static int fails(const char *call, int descriptor) {
    const char *wanted = getenv("FAILING_CALL"), *trigger = getenv("FAILING_TRIGGER"), *after = getenv("FAILING_AFTER");
    if (wanted == NULL || trigger == NULL || strcmp(wanted, call) != 0) return 0;
    if (access(trigger, F_OK) != 0 || !concerns(descriptor)) return 0;
    if (atomic_fetch_add(&calls, 1) != (after == NULL ? 0 : atoi(after))) return 0;
    char fired[PATH_MAX];
    snprintf(fired, sizeof fired, "%s.fired", trigger);
    close(open(fired, O_CREAT | O_WRONLY, 0600));
    errno = EIO;
    return 1;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    static ssize_t (*next)(int, const void *, size_t, off_t);
    if (next == NULL) next = (ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
    return fails("pwrite", descriptor) ? -1 : next(descriptor, bytes, count, offset);
}

int fdatasync(int descriptor) {
    static int (*next)(int);
    if (next == NULL) next = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    return fails("fdatasync", descriptor) ? -1 : next(descriptor);
}
