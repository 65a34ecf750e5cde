#define _GNU_SOURCE
#include "CLiburing.h"

#include <errno.h>
#include <liburing.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>

// Room for the messages of all operations between two submits.
struct two_slices {
    struct msghdr message;
    struct iovec slices[2];
};

struct cring {
    struct io_uring ring;
    struct io_uring_buf_ring *buffers;
    unsigned buffer_entries;
    struct two_slices *scratch;
};

_Static_assert(sizeof(cring_completion) == sizeof(struct io_uring_cqe), "completions differ");
_Static_assert(CRING_SETUP_COOP_TASKRUN == IORING_SETUP_COOP_TASKRUN, "flags differ");
_Static_assert(CRING_SETUP_SINGLE_ISSUER == IORING_SETUP_SINGLE_ISSUER, "flags differ");
_Static_assert(CRING_SETUP_DEFER_TASKRUN == IORING_SETUP_DEFER_TASKRUN, "flags differ");
_Static_assert(CRING_COMPLETION_BUFFER == IORING_CQE_F_BUFFER, "flags differ");
_Static_assert(CRING_COMPLETION_MORE == IORING_CQE_F_MORE, "flags differ");
_Static_assert(CRING_COMPLETION_NONEMPTY == IORING_CQE_F_SOCK_NONEMPTY, "flags differ");
_Static_assert(CRING_COMPLETION_BUFFER_SHIFT == IORING_CQE_BUFFER_SHIFT, "flags differ");

int cring_create(cring **made, unsigned operations, unsigned completions, unsigned flags) {
    cring *ring = calloc(1, sizeof(cring));
    if (ring == NULL) return -ENOMEM;
    struct io_uring_params parameters = {
        .flags = flags | IORING_SETUP_CQSIZE | IORING_SETUP_R_DISABLED | IORING_SETUP_SUBMIT_ALL,
        .cq_entries = completions,
    };
    int answer = io_uring_queue_init_params(operations, &ring->ring, &parameters);
    if (answer < 0) {
        free(ring);
        return answer;
    }
    ring->scratch = calloc(ring->ring.sq.ring_entries, sizeof(struct two_slices));
    if (ring->scratch == NULL) {
        cring_destroy(ring);
        return -ENOMEM;
    }
    *made = ring;
    return 0;
}

int cring_enable(cring *ring) {
    // liburing 2.3 declares io_uring_enable_rings and does not export it.
    struct io_uring *inner = &ring->ring;
    int answer = io_uring_register(inner->ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0);
    if (answer == 0) inner->flags &= ~IORING_SETUP_R_DISABLED;
    return answer;
}

void cring_destroy(cring *ring) {
    io_uring_queue_exit(&ring->ring);
    if (ring->buffers != NULL) {
        munmap(ring->buffers, ring->buffer_entries * sizeof(struct io_uring_buf));
    }
    free(ring->scratch);
    free(ring);
}

int cring_is_sufficient(cring *ring) {
    unsigned features = IORING_FEAT_NODROP | IORING_FEAT_SUBMIT_STABLE | IORING_FEAT_FAST_POLL
        | IORING_FEAT_EXT_ARG | IORING_FEAT_CQE_SKIP;
    if ((ring->ring.features & features) != features) return 0;
    struct io_uring_probe *probe = io_uring_get_probe_ring(&ring->ring);
    if (probe == NULL) return 0;
    static const int operations[] = {
        IORING_OP_RECV,    IORING_OP_SEND,  IORING_OP_SENDMSG,  IORING_OP_ACCEPT,
        IORING_OP_CONNECT, IORING_OP_CLOSE, IORING_OP_POLL_ADD, IORING_OP_ASYNC_CANCEL,
    };
    int all = 1;
    for (unsigned index = 0; index < sizeof(operations) / sizeof(*operations); index++) {
        all = all && io_uring_opcode_supported(probe, operations[index]);
    }
    io_uring_free_probe(probe);
    return all;
}

int cring_register_buffers(cring *ring, unsigned entries) {
    size_t bytes = entries * sizeof(struct io_uring_buf);
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return -errno;
    struct io_uring_buf_reg registration = {
        .ring_addr = (uintptr_t)memory,
        .ring_entries = entries,
        .bgid = 0,
    };
    int answer = io_uring_register_buf_ring(&ring->ring, &registration, 0);
    if (answer != 0) {
        munmap(memory, bytes);
        return answer < 0 ? answer : -answer;
    }
    ring->buffers = memory;
    ring->buffer_entries = entries;
    io_uring_buf_ring_init(ring->buffers);
    return 0;
}

void cring_unregister_buffers(cring *ring) {
    io_uring_unregister_buf_ring(&ring->ring, 0);
    if (ring->buffers == NULL) return;
    munmap(ring->buffers, ring->buffer_entries * sizeof(struct io_uring_buf));
    ring->buffers = NULL;
}

void cring_add_buffer(
    cring *ring, void *address, unsigned count, uint16_t identifier, int distance) {
    io_uring_buf_ring_add(
        ring->buffers, address, count, identifier, io_uring_buf_ring_mask(ring->buffer_entries),
        distance);
}

void cring_publish_buffers(cring *ring, int count) {
    io_uring_buf_ring_advance(ring->buffers, count);
}

unsigned cring_space(const cring *ring) { return io_uring_sq_space_left(&ring->ring); }

// The caller has asked cring_space.
static struct io_uring_sqe *next(cring *ring) {
    struct io_uring_sqe *operation = io_uring_get_sqe(&ring->ring);
    if (operation == NULL) abort();
    return operation;
}

void cring_receive(
    cring *ring, int descriptor, unsigned count, int polls_first, uint64_t tag) {
    struct io_uring_sqe *operation = next(ring);
    io_uring_prep_recv(operation, descriptor, NULL, count, 0);
    if (polls_first) operation->ioprio |= IORING_RECVSEND_POLL_FIRST;
    operation->flags |= IOSQE_BUFFER_SELECT;
    operation->buf_group = 0;
    operation->user_data = tag;
}

void cring_send(cring *ring, int descriptor, const void *bytes, unsigned count, uint64_t tag) {
    struct io_uring_sqe *operation = next(ring);
    io_uring_prep_send(operation, descriptor, bytes, count, MSG_NOSIGNAL);
    operation->user_data = tag;
}

void cring_send_two(
    cring *ring, int descriptor, const void *first, unsigned first_count, const void *second,
    unsigned second_count, uint64_t tag) {
    struct io_uring_sqe *operation = next(ring);
    // As many places as the ring has, one for each of its: free again when the kernel has read
    // the operation (IORING_FEAT_SUBMIT_STABLE).
    struct two_slices *place = &ring->scratch[operation - ring->ring.sq.sqes];
    place->slices[0] = (struct iovec){(void *)first, first_count};
    place->slices[1] = (struct iovec){(void *)second, second_count};
    place->message = (struct msghdr){.msg_iov = place->slices, .msg_iovlen = 2};
    io_uring_prep_sendmsg(operation, descriptor, &place->message, MSG_NOSIGNAL);
    operation->user_data = tag;
}

void cring_accept(cring *ring, int listener, uint64_t tag) {
    struct io_uring_sqe *operation = next(ring);
    io_uring_prep_multishot_accept(operation, listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    operation->user_data = tag;
}

void cring_connect(
    cring *ring, int descriptor, const void *address, unsigned count, uint64_t tag) {
    struct io_uring_sqe *operation = next(ring);
    io_uring_prep_connect(operation, descriptor, address, count);
    operation->user_data = tag;
}

void cring_cancel(cring *ring, uint64_t target, uint64_t tag) {
    struct io_uring_sqe *operation = next(ring);
    io_uring_prep_cancel64(operation, target, 0);
    operation->flags |= IOSQE_CQE_SKIP_SUCCESS;
    operation->user_data = tag;
}

void cring_close(cring *ring, int descriptor, uint64_t tag) {
    struct io_uring_sqe *operation = next(ring);
    io_uring_prep_close(operation, descriptor);
    operation->flags |= IOSQE_CQE_SKIP_SUCCESS;
    operation->user_data = tag;
}

void cring_watch(cring *ring, int descriptor, uint64_t tag) {
    struct io_uring_sqe *operation = next(ring);
    io_uring_prep_poll_multishot(operation, descriptor, POLLIN);
    operation->user_data = tag;
}

int cring_submit(cring *ring) { return io_uring_submit_and_get_events(&ring->ring); }

int cring_submit_and_wait(cring *ring, int64_t nanoseconds) {
    struct io_uring_cqe *first;
    struct __kernel_timespec timeout = {
        .tv_sec = nanoseconds / 1000000000,
        .tv_nsec = nanoseconds % 1000000000,
    };
    return io_uring_submit_and_wait_timeout(
        &ring->ring, &first, 1, nanoseconds < 0 ? NULL : &timeout, NULL);
}

unsigned cring_ready(const cring *ring) { return io_uring_cq_ready(&ring->ring); }

const cring_completion *cring_completion_at(const cring *ring, unsigned index) {
    const struct io_uring_cq *queue = &ring->ring.cq;
    return (const cring_completion *)&queue->cqes[(*queue->khead + index) & queue->ring_mask];
}

void cring_seen(cring *ring, unsigned count) { io_uring_cq_advance(&ring->ring, count); }
