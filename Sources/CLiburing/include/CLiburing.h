// What the daemon uses of Debian's liburing, as plain calls. Each is liburing's own under another
// name. liburing.h itself stays in CLiburing.c: seen by Swift it would take libc's socket
// enumerations (SOCK_STREAM, SHUT_WR) away from the Glibc module. No logic.
#ifndef PLIMSOLL_CLIBURING_H
#define PLIMSOLL_CLIBURING_H

#include <stdint.h>

// A ring, and the ring of buffers that its receives choose from. Results below zero are negated
// error numbers.
typedef struct cring cring;

// Setup flags, and completion flags.
#define CRING_SETUP_COOP_TASKRUN (1u << 8)
#define CRING_SETUP_SINGLE_ISSUER (1u << 12)
#define CRING_SETUP_DEFER_TASKRUN (1u << 13)
#define CRING_COMPLETION_BUFFER (1u << 0)
#define CRING_COMPLETION_MORE (1u << 1)
#define CRING_COMPLETION_NONEMPTY (1u << 2)
#define CRING_COMPLETION_BUFFER_SHIFT 16

typedef struct cring_completion {
    uint64_t tag;
    int32_t result;
    uint32_t flags;
} cring_completion;

// Makes a ring that nobody may submit to before cring_enable, whose caller becomes its issuer.
int cring_create(cring **made, unsigned operations, unsigned completions, unsigned flags);
int cring_enable(cring *ring);
void cring_destroy(cring *ring);
// 1 when the kernel knows every operation and feature that is used here.
int cring_is_sufficient(cring *ring);

// Registers an empty ring of buffers (a power of two, at most 32768), group 0.
int cring_register_buffers(cring *ring, unsigned entries);
void cring_unregister_buffers(cring *ring);
// Puts a buffer at the given distance behind the last published one.
void cring_add_buffer(
    cring *ring, void *address, unsigned count, uint16_t identifier, int distance);
void cring_publish_buffers(cring *ring, int count);

// Operations that still fit before the next submit; the calls below need one each.
unsigned cring_space(const cring *ring);
void cring_receive(
    cring *ring, int descriptor, unsigned count, int polls_first, uint64_t tag);
void cring_send(cring *ring, int descriptor, const void *bytes, unsigned count, uint64_t tag);
// The slices are copied before the operation is submitted, at the latest.
void cring_send_two(
    cring *ring, int descriptor, const void *first, unsigned first_count, const void *second,
    unsigned second_count, uint64_t tag);
void cring_accept(cring *ring, int listener, uint64_t tag);
void cring_connect(
    cring *ring, int descriptor, const void *address, unsigned count, uint64_t tag);
// Completes only when it fails.
void cring_cancel(cring *ring, uint64_t target, uint64_t tag);
// Completes only when it fails.
void cring_close(cring *ring, int descriptor, uint64_t tag);
// Completes each time the descriptor becomes readable.
void cring_watch(cring *ring, int descriptor, uint64_t tag);

// Submits and collects what has completed, without waiting.
int cring_submit(cring *ring);
// Submits and waits for a completion; nanoseconds below zero: for ever. -ETIME when time is up.
int cring_submit_and_wait(cring *ring, int64_t nanoseconds);

// Completions that can be read, the one at an index, and the end of reading the first of them.
unsigned cring_ready(const cring *ring);
const cring_completion *cring_completion_at(const cring *ring, unsigned index);
void cring_seen(cring *ring, unsigned count);

#endif
