#ifndef CMICRO_H
#define CMICRO_H

#include <stdint.h>

/// What a thread asked of the allocator: malloc, calloc, realloc and their aligned kin, and the bytes it asked for.
typedef struct {
    uint64_t calls;
    uint64_t bytes;
} cmicro_allocations;

/// Whether allocations are counted in this build: with glibc, and without a sanitizer.
int cmicro_counts_allocations(void);

/// Does `round(context)` so many times, and returns what this thread allocated meanwhile.
///
/// Callgrind counts instructions between entry and exit of this function (`--toggle-collect`).
cmicro_allocations cmicro_measure(void (*_Nonnull round)(void *_Nonnull), void *_Nonnull context, long rounds);

/// A socket that takes everything at once: UDP to a port of this machine where nobody reads. The descriptor, or -errno.
int cmicro_open_sink(void);

#endif
