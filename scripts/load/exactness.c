// Clients and a counting upstream in one process, to find out whether a bulkhead is exact.
//
//     exactness CONNECTIONS REQUESTS CONCURRENCY PLACES
//
// Prints the upstream's port, reads the proxy's port, and then runs REQUESTS requests through the
// proxy over CONNECTIONS kept-alive connections. CONCURRENCY is the bulkhead's limit, PLACES that
// and its queue's. Prints what it saw as JSON.
//
// The upstream counts a request from its last byte to the first byte of its answer, so it can only
// see fewer than the proxy has in flight, never more. Whether a refusal was right is judged from
// outside: everybody who was let in was inside only between sending a request and having its
// answer. If fewer than PLACES such spans cover every moment of a refused request's own span, it
// was refused while there was room.
#include "loopback.h"

enum { descriptorsMaximum = 4096, bufferBytes = 4096 };
enum kind { nobody, listener, server, client };

struct peer {
    enum kind kind;
    int isBusy;
    uint32_t request;
    size_t count;
    char bytes[bufferBytes];
};

static struct peer peers[descriptorsMaximum];
static int set;
static int64_t now;
static uint64_t seed = 0x9E3779B97F4A7C15u;

static uint32_t requestsMaximum, begun, ended, admitted, refused, errors;
static int inFlight, inFlightMaximum;
// What happened, in order: a request's number, twice over, plus one when it ended.
static uint32_t *events;
static uint32_t eventCount;
static uint8_t *outcomes;

static uint32_t below(uint32_t bound) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 32) * bound >> 32);
}

static void schedule(int descriptor, int64_t at) {
    scheduleDue((struct due){at, (uint32_t)descriptor, 0});
}

static void watch(int descriptor, enum kind kind) {
    if (descriptor >= descriptorsMaximum) fail("too many descriptors");
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    int one = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    peers[descriptor] = (struct peer){.kind = kind};
    if (epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
}

static void say(int descriptor, const char *text) {
    ssize_t count = (ssize_t)strlen(text);
    if (send(descriptor, text, (size_t)count, MSG_NOSIGNAL) != count) fail("send");
}

// MARK: Clients

static void ask(int descriptor) {
    if (begun == requestsMaximum) return;
    peers[descriptor].request = begun++;
    peers[descriptor].isBusy = 1;
    events[eventCount++] = peers[descriptor].request * 2;
    say(descriptor, "GET /work HTTP/1.1\r\nHost: upstream.test\r\n\r\n");
}

static void answered(int descriptor, int status) {
    struct peer *peer = &peers[descriptor];
    events[eventCount++] = peer->request * 2 + 1;
    outcomes[peer->request] = status == 200 ? 1 : status == 503 ? 2 : 3;
    if (status == 200) admitted++;
    else if (status == 503) refused++;
    else errors++;
    ended++;
    peer->isBusy = 0;
    // Calm and storm take turns, so that the house is sometimes nearly full and sometimes besieged.
    int isStorm = (now / 40000000) % 2;
    schedule(descriptor, now + below(isStorm ? 500000 : 12000000));
}

static void readAnswer(int descriptor) {
    struct peer *peer = &peers[descriptor];
    ssize_t count =
        recv(descriptor, peer->bytes + peer->count, bufferBytes - 1 - peer->count, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
        fprintf(stderr, "the proxy closed a connection\n");
        exit(2);
    }
    peer->count += (size_t)count;
    peer->bytes[peer->count] = 0;
    char *end = strstr(peer->bytes, "\r\n\r\n");
    if (end == NULL) return;
    char *length = strcasestr(peer->bytes, "\r\ncontent-length:");
    size_t total = (size_t)(end + 4 - peer->bytes);
    if (length != NULL) total += strtoul(length + 17, NULL, 10);
    if (peer->count < total) return;
    int status = atoi(peer->bytes + 9);
    peer->count = 0;
    answered(descriptor, status);
}

// MARK: The upstream

static void readRequest(int descriptor) {
    struct peer *peer = &peers[descriptor];
    ssize_t count =
        recv(descriptor, peer->bytes + peer->count, bufferBytes - 1 - peer->count, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
        if (peer->isBusy) fprintf(stderr, "the proxy gave a request up\n"), exit(2);
        peer->kind = nobody;
        close(descriptor);
        return;
    }
    peer->count += (size_t)count;
    peer->bytes[peer->count] = 0;
    if (strstr(peer->bytes, "\r\n\r\n") == NULL) return;
    peer->count = 0;
    peer->isBusy = 1;
    if (++inFlight > inFlightMaximum) inFlightMaximum = inFlight;
    schedule(descriptor, now + 200000 + below(1600000));
}

static void answer(int descriptor) {
    peers[descriptor].isBusy = 0;
    inFlight--;
    say(descriptor, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ndone\n");
}

// MARK: The run

static void connectTo(int port) {
    int descriptor = connectLoopback(port);
    watch(descriptor, client);
    schedule(descriptor, now + below(5000000));
}

static void watchListener(int descriptor) { watch(descriptor, listener); }

static void handle(int descriptor) {
    switch (peers[descriptor].kind) {
    case listener:
        for (;;) {
            int accepted = accept4(descriptor, NULL, NULL, SOCK_NONBLOCK);
            if (accepted < 0) return;
            watch(accepted, server);
        }
    case server: readRequest(descriptor); return;
    case client: readAnswer(descriptor); return;
    case nobody: return;
    }
}

static void run(void) {
    int64_t patience = clockNow() + 600000000000ll;
    struct epoll_event ready[256];
    while (ended < requestsMaximum) {
        now = clockNow();
        if (now > patience) fprintf(stderr, "no end after ten minutes\n"), exit(2);
        while (heapCount > 0 && heap[0].at <= now) {
            int descriptor = (int)takeDue().descriptor;
            if (peers[descriptor].kind == server) answer(descriptor);
            else ask(descriptor);
        }
        int64_t wait = heapCount > 0 ? heap[0].at - now : 1000000000;
        struct timespec timeout = {wait / 1000000000, wait % 1000000000};
        int count = epoll_pwait2(set, ready, 256, &timeout, NULL);
        now = clockNow();
        for (int index = 0; index < count; index++) handle(ready[index].data.fd);
    }
}

// MARK: The judgement

static void judge(int places) {
    int16_t *inside = calloc(eventCount, sizeof *inside);
    uint32_t *sentAt = calloc(requestsMaximum, sizeof *sentAt);
    int count = 0, most = 0, tightest = 1 << 14;
    uint32_t early = 0;
    for (uint32_t place = 0; place < eventCount; place++) {
        uint32_t request = events[place] / 2;
        int isEnd = events[place] & 1;
        if (!isEnd) sentAt[request] = place;
        // Someone who is just leaving counts for this moment still.
        inside[place] = (int16_t)(count + (outcomes[request] == 1 && !isEnd));
        if (outcomes[request] == 1) count += isEnd ? -1 : 1;
        if (inside[place] > most) most = inside[place];
        if (!isEnd || outcomes[request] != 2) continue;
        int seen = 0;
        for (uint32_t step = sentAt[request]; step <= place; step++)
            if (inside[step] > seen) seen = inside[step];
        if (seen < tightest) tightest = seen;
        if (seen < places) early++;
    }
    printf("{\"requests\": %u, \"admitted\": %u, \"refused\": %u, \"errors\": %u, "
           "\"concurrency_maximum\": %d, \"refused_with_room\": %u, "
           "\"fewest_inside_at_a_refusal\": %d, \"most_inside\": %d}\n",
           ended, admitted, refused, errors, inFlightMaximum, early,
           refused > 0 ? tightest : -1, most);
}

int main(int count, char **words) {
    if (count != 5) {
        fprintf(stderr, "usage: exactness CONNECTIONS REQUESTS CONCURRENCY PLACES\n");
        return 64;
    }
    int connections = atoi(words[1]);
    requestsMaximum = (uint32_t)atoi(words[2]);
    int concurrency = atoi(words[3]), places = atoi(words[4]);
    events = calloc(requestsMaximum, 2 * sizeof *events);
    outcomes = calloc(requestsMaximum, 1);
    set = epoll_create1(0);
    listenAnywhere(watchListener);
    int port = 0;
    if (scanf("%d", &port) != 1) return 64;
    now = clockNow();
    for (int index = 0; index < connections; index++) connectTo(port);
    run();
    judge(places);
    return errors > 0 || inFlightMaximum > concurrency;
}
