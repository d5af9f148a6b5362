// Tells ThreadSanitizer of Swift's Mutex: preloaded by `make sanitize`.
//
// A lock and an unlock that meet nobody are atomics in our own code, which the sanitizer sees. Those that meet somebody
// are calls into libswiftSynchronization, which is not built for it, and let the kernel hand the lock over (FUTEX_LOCK_PI
// and FUTEX_UNLOCK_PI). Without these lines all that such a mutex guards would look like a race.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

// The sanitizer's, in the program; nothing where the program is not built with it.
extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

typedef SWIFT void (*Lock)(uint32_t thread, SELF);
typedef SWIFT void (*Unlock)(SELF);

static void *next(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) abort();
    return function;
}

SWIFT void lockSlow(uint32_t thread, SELF) __asm__(LOCK);
SWIFT void lockSlow(uint32_t thread, SELF) {
    ((Lock)next(LOCK))(thread, self);
    if (__tsan_acquire != NULL) __tsan_acquire(self);
}

SWIFT void unlockSlow(SELF) __asm__(UNLOCK);
SWIFT void unlockSlow(SELF) {
    if (__tsan_release != NULL) __tsan_release(self);
    ((Unlock)next(UNLOCK))(self);
}
