// Tells ThreadSanitizer what Swift's Mutex does on Linux.
//
// Taken without contention, a Mutex is a compare-and-swap that the sanitizer sees. Under contention
// the kernel hands it over (a priority-inheriting futex), which it does not see, so it reports
// races between critical sections of one and the same lock. Preloaded, this stands before the two
// slow paths of the Synchronization library and reports the hand-over at the lock's address, where
// the fast path's atomic operations are reported as well.
//
//     clang -shared -fPIC -o mutex.so mutex.c -ldl; LD_PRELOAD=mutex.so TEST
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

// Weak: processes without the sanitizer are started with this library, too.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

// Swift's calling convention keeps `self` in a register of its own.
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

typedef SWIFT void (*LockSlow)(uint32_t thread, SELF);
typedef SWIFT void (*UnlockSlow)(SELF);

SWIFT void lockSlow(uint32_t thread, SELF)
    __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
SWIFT void unlockSlow(SELF) __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");

SWIFT void lockSlow(uint32_t thread, SELF) {
    LockSlow real =
        (LockSlow)dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
    real(thread, self);
    if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT void unlockSlow(SELF) {
    UnlockSlow real =
        (UnlockSlow)dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
    if (__tsan_release) __tsan_release(self);
    real(self);
}
