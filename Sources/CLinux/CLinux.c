#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t crc_by_instruction(uint32_t crc, const uint8_t *bytes, size_t count) {
    uint64_t state = crc;
    while (count >= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        state = _mm_crc32_u64(state, word);
        bytes += 8;
        count -= 8;
    }
    while (count--) state = _mm_crc32_u8((uint32_t)state, *bytes++);
    return (uint32_t)state;
}
static int has_instruction(void) { return __builtin_cpu_supports("sse4.2"); }
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
static uint32_t crc_by_instruction(uint32_t crc, const uint8_t *bytes, size_t count) {
    while (count >= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        crc = __crc32cd(crc, word);
        bytes += 8;
        count -= 8;
    }
    while (count--) crc = __crc32cb(crc, *bytes++);
    return crc;
}
static int has_instruction(void) { return 1; }
#else
static uint32_t crc_by_instruction(uint32_t crc, const uint8_t *bytes, size_t count) { (void)bytes; (void)count; return crc; }
static int has_instruction(void) { return 0; }
#endif

static uint32_t crc_bit_by_bit(uint32_t crc, const uint8_t *bytes, size_t count) {
    // Bit by bit: for machines without the instruction only.
    while (count--) {
        crc ^= *bytes++;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0x82F63B78u & -(crc & 1));
    }
    return crc;
}

uint32_t clinux_crc32c(uint32_t crc, const void *bytes, size_t count) {
    return ~(has_instruction() ? crc_by_instruction(~crc, bytes, count) : crc_bit_by_bit(~crc, bytes, count));
}

ssize_t clinux_send(int descriptor, const void *bytes, size_t count) {
    ssize_t sent = send(descriptor, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

int clinux_pwrite_all(int descriptor, const void *bytes, size_t count, off_t offset) {
    const char *rest = bytes;
    while (count > 0) {
        ssize_t written = pwrite(descriptor, rest, count, offset);
        if (written < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        rest += written;
        offset += written;
        count -= (size_t)written;
    }
    return 0;
}

int clinux_fdatasync(int descriptor) { return fdatasync(descriptor) == 0 ? 0 : -errno; }

long clinux_raise_open_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    return (long)limit.rlim_cur;
}

int clinux_yield_priority(int niceness) {
    // Linux keeps the niceness of each thread by itself, whatever POSIX says of processes.
    return setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), niceness);
}

long clinux_resident_bytes(void) {
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) return -1;
    long total = 0, resident = 0;
    int fields = fscanf(file, "%ld %ld", &total, &resident);
    fclose(file);
    return fields == 2 ? resident * sysconf(_SC_PAGESIZE) : -1;
}

uint64_t clinux_cpu_nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

int clinux_open(const char *path, int flags) { return open(path, flags, 0644); }

int clinux_rename(const char *path, const char *new_path) { return rename(path, new_path); }

int clinux_lock(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

ssize_t clinux_pread_all(int descriptor, void *bytes, size_t count, off_t offset) {
    char *rest = bytes;
    size_t left = count;
    while (left > 0) {
        ssize_t taken = pread(descriptor, rest, left, offset);
        if (taken < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        if (taken == 0) break;
        rest += taken;
        offset += taken;
        left -= (size_t)taken;
    }
    return (ssize_t)(count - left);
}

struct clinux_monitor {
    pthread_mutex_t mutex;
    pthread_cond_t conditions[2];
};

clinux_monitor *clinux_monitor_new(void) {
    clinux_monitor *monitor = malloc(sizeof *monitor);
    if (!monitor) abort();
    pthread_mutex_init(&monitor->mutex, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
#if defined(__linux__)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
#endif
    for (int index = 0; index < 2; index++) pthread_cond_init(&monitor->conditions[index], &attributes);
    pthread_condattr_destroy(&attributes);
    return monitor;
}

void clinux_monitor_free(clinux_monitor *monitor) {
    for (int index = 0; index < 2; index++) pthread_cond_destroy(&monitor->conditions[index]);
    pthread_mutex_destroy(&monitor->mutex);
    free(monitor);
}

void clinux_monitor_lock(clinux_monitor *monitor) { pthread_mutex_lock(&monitor->mutex); }

void clinux_monitor_unlock(clinux_monitor *monitor) { pthread_mutex_unlock(&monitor->mutex); }

int clinux_monitor_wait(clinux_monitor *monitor, int condition, int64_t nanoseconds) {
    if (nanoseconds < 0) {
        pthread_cond_wait(&monitor->conditions[condition], &monitor->mutex);
        return 0;
    }
    struct timespec until;
#if defined(__linux__)
    clock_gettime(CLOCK_MONOTONIC, &until);
#else
    clock_gettime(CLOCK_REALTIME, &until);
#endif
    int64_t sum = until.tv_nsec + nanoseconds;
    until.tv_sec += sum / 1000000000;
    until.tv_nsec = sum % 1000000000;
    return pthread_cond_timedwait(&monitor->conditions[condition], &monitor->mutex, &until) == ETIMEDOUT;
}

void clinux_monitor_signal(clinux_monitor *monitor, int condition) { pthread_cond_signal(&monitor->conditions[condition]); }

struct clinux_thread {
    pthread_t thread;
    void (*body)(void *);
    void *context;
};

static void *run_thread(void *argument) {
    clinux_thread thread = *(clinux_thread *)argument;
    free(argument);
    thread.body(thread.context);
    return NULL;
}

clinux_thread *clinux_thread_start(const char *name, void (*body)(void *), void *context) {
    clinux_thread *handle = malloc(sizeof *handle), *start = malloc(sizeof *start);
    if (!handle || !start) abort();
    handle->body = start->body = body;
    handle->context = start->context = context;
    if (pthread_create(&handle->thread, NULL, run_thread, start) != 0) {
        free(handle);
        free(start);
        return NULL;
    }
#if defined(__linux__)
    pthread_setname_np(handle->thread, name);
#endif
    return handle;
}

int clinux_thread_is_current(const clinux_thread *thread) { return pthread_equal(thread->thread, pthread_self()) != 0; }

void clinux_thread_join(clinux_thread *thread) {
    pthread_join(thread->thread, NULL);
    free(thread);
}

void clinux_thread_detach(clinux_thread *thread) {
    pthread_detach(thread->thread);
    free(thread);
}

int clinux_write_all(int descriptor, const void *bytes, size_t count) {
    const char *rest = bytes;
    while (count > 0) {
        ssize_t written = write(descriptor, rest, count);
        if (written < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        rest += written;
        count -= (size_t)written;
    }
    return 0;
}
