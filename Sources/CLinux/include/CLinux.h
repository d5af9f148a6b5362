#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// CRC-32C (Castagnoli) of `count` bytes, going on from `crc` (0 at the start). By the CPU's instruction where it has one.
uint32_t clinux_crc32c(uint32_t crc, const void *_Nonnull bytes, size_t count);

/// send(2) that neither blocks nor raises SIGPIPE: bytes taken, or -errno.
ssize_t clinux_send(int descriptor, const void *_Nonnull bytes, size_t count);

/// pwrite(2) until all is written: 0, or -errno.
int clinux_pwrite_all(int descriptor, const void *_Nonnull bytes, size_t count, off_t offset);

/// fdatasync(2): 0, or -errno.
int clinux_fdatasync(int descriptor);

/// Raises the soft limit of open files to the hard one; returns what holds afterwards.
long clinux_raise_open_files(void);

/// Resident memory of this process in bytes, or -1.
long clinux_resident_bytes(void);

/// CPU time of this process in nanoseconds.
uint64_t clinux_cpu_nanoseconds(void);
