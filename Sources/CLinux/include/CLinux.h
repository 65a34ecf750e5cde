// Calls of Linux that Swift's Glibc module hides: variadic ones, and those behind _GNU_SOURCE.
// Each is the call itself under another name; errno is the caller's to read. No logic.
#ifndef PLIMSOLL_CLINUX_H
#define PLIMSOLL_CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/types.h>

ssize_t clinux_getrandom(void *bytes, size_t count);
int clinux_prctl(int option, unsigned long first, unsigned long second, unsigned long third);
int clinux_setresuid(uid_t user);
int clinux_setresgid(gid_t group);
int clinux_getresuid(uid_t *real, uid_t *effective, uid_t *saved);
int clinux_getresgid(gid_t *real, gid_t *effective, gid_t *saved);

// The capability sets of the calling thread, 64 bits each.
int clinux_capget(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable);
int clinux_capset(uint64_t effective, uint64_t permitted, uint64_t inheritable);

// The calling thread's affinity mask, lowest bit core 0. The getter returns the bytes written.
long clinux_getaffinity(uint8_t *mask, size_t bytes);
int clinux_setaffinity(const uint8_t *mask, size_t bytes);

// Non-blocking, close-on-exec descriptors that become readable.
int clinux_eventfd(void);
// A file in memory, close-on-exec, that goes with its last descriptor.
int clinux_memory_file(const char *name);
int clinux_signalfd(const int *signals, size_t count);
// The number of the next pending signal; 0 when none is pending; -1 with errno.
int clinux_signalfd_read(int descriptor);

// Takes a connection off a listener: non-blocking, close-on-exec.
int clinux_accept(int listener);

// Drops the first packet of every new handshake that reaches a listening TCP socket.
int clinux_refuse_handshakes(int descriptor);

extern const int CLINUX_PR_SET_NAME;
extern const int CLINUX_PR_SET_KEEPCAPS;
extern const int CLINUX_PR_CAPBSET_DROP;
extern const int CLINUX_PR_CAPBSET_READ;
extern const int CLINUX_PR_CAP_AMBIENT;
extern const int CLINUX_PR_CAP_AMBIENT_CLEAR_ALL;
extern const int CLINUX_PR_SET_NO_NEW_PRIVS;
extern const int CLINUX_PR_GET_NO_NEW_PRIVS;

// Nanoseconds of a clock; timespec is kept out of Swift's sight, since which module it is taken to
// come from differs between builds.
int64_t clinux_monotonic_nanoseconds(void);
// The same of any clock; below zero when there is no such clock, or no longer.
int64_t clinux_clock_nanoseconds(int clock);
void clinux_realtime(int64_t *seconds, int32_t *nanoseconds);
// epoll_pwait2 without a signal mask; below zero: no limit.
int clinux_epoll_wait(int epoll, struct epoll_event *events, int count, int64_t nanoseconds);
// Gives free memory of the allocator back to the kernel, in all its arenas.
void clinux_release_free_memory(void);
// Forgets the read-only pages of the program and its libraries. They come back from the page
// cache when they are touched.
void clinux_release_program_pages(void);

#endif
