#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
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
