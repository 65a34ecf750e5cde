// What the load programs share: the clock, timers, and sockets on loopback.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// Of a timer; the generation tells a descriptor from an earlier one of the same number.
struct due {
    int64_t at;
    uint32_t descriptor, generation;
};

static struct due *heap;
static size_t heapCount, heapRoom;

static void fail(const char *what) {
    perror(what);
    exit(2);
}

static int64_t clockNow(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ll + time.tv_nsec;
}

static void scheduleDue(struct due due) {
    if (heapCount == heapRoom) {
        heapRoom = heapRoom == 0 ? 1024 : heapRoom * 2;
        heap = realloc(heap, heapRoom * sizeof *heap);
        if (heap == NULL) fail("realloc");
    }
    size_t place = heapCount++;
    while (place > 0 && heap[(place - 1) / 2].at > due.at) {
        heap[place] = heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    heap[place] = due;
}

static struct due takeDue(void) {
    struct due first = heap[0], last = heap[--heapCount];
    size_t place = 0;
    for (;;) {
        size_t child = 2 * place + 1;
        if (child >= heapCount) break;
        if (child + 1 < heapCount && heap[child + 1].at < heap[child].at) child++;
        if (heap[child].at >= last.at) break;
        heap[place] = heap[child];
        place = child;
    }
    if (heapCount > 0) heap[place] = last;
    return first;
}

// A socket that listens on loopback; its port is printed, after `ready` has been told of it.
static int listenAnywhere(void (*ready)(int)) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (bind(descriptor, (struct sockaddr *)&address, size) != 0) fail("bind");
    if (listen(descriptor, 4096) != 0) fail("listen");
    getsockname(descriptor, (struct sockaddr *)&address, &size);
    ready(descriptor);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return descriptor;
}

static int connectLoopback(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    return descriptor;
}
