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

/// Lets other threads go before the calling one, and before those that it starts: nice(1) by so much. 0, or -1 and errno.
int clinux_yield_priority(int niceness);

/// open(2) with mode 0644 for a new file: the descriptor, or -1 and errno.
int clinux_open(const char *_Nonnull path, int flags);

/// rename(2): 0, or -1 and errno.
int clinux_rename(const char *_Nonnull path, const char *_Nonnull new_path);

/// flock(2), exclusive, without waiting: 0, or -1 and errno.
int clinux_lock(int descriptor);

/// pread(2) until `count` bytes or the end of the file: bytes read, or -errno.
ssize_t clinux_pread_all(int descriptor, void *_Nonnull bytes, size_t count, off_t offset);

/// A mutex with two condition variables, on the monotonic clock.
typedef struct clinux_monitor clinux_monitor;
clinux_monitor *_Nonnull clinux_monitor_new(void);
void clinux_monitor_free(clinux_monitor *_Nonnull monitor);
void clinux_monitor_lock(clinux_monitor *_Nonnull monitor);
void clinux_monitor_unlock(clinux_monitor *_Nonnull monitor);
/// Waits for a signal on condition 0 or 1; at most `nanoseconds`, or for ever when negative. May wake for no reason.
/// Returns 1 when the time was up.
int clinux_monitor_wait(clinux_monitor *_Nonnull monitor, int condition, int64_t nanoseconds);
/// Wakes one waiter of condition 0 or 1.
void clinux_monitor_signal(clinux_monitor *_Nonnull monitor, int condition);

/// A thread, named for `top -H`.
typedef struct clinux_thread clinux_thread;
/// Starts `body(context)`; NULL when the system has no thread to give.
clinux_thread *_Nullable clinux_thread_start(const char *_Nonnull name, void (*_Nonnull body)(void *_Nonnull), void *_Nonnull context);
/// Whether this is the calling thread.
int clinux_thread_is_current(const clinux_thread *_Nonnull thread);
/// Waits for the end of the thread and frees it.
void clinux_thread_join(clinux_thread *_Nonnull thread);
/// Lets the thread end by itself and frees it.
void clinux_thread_detach(clinux_thread *_Nonnull thread);

/// write(2) until all is written: 0, or -errno.
int clinux_write_all(int descriptor, const void *_Nonnull bytes, size_t count);
