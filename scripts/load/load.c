// Clients or an upstream, cheap enough not to stand in the way of what is measured.
//
//     load upstream
//     load closed PORT CONNECTIONS REQUESTS PATH
//     load open PORT CONNECTIONS RATE SECONDS PATH
//
// `upstream` prints its port and answers /WAIT/BYTES/PIECES after WAIT milliseconds with a body of
// that many bytes in that many pieces, WAIT milliseconds apart, until standard input ends.
// `closed` keeps one request on each connection until REQUESTS are answered; `open` sends RATE
// requests a second, whatever becomes of them, and measures from when each was due. A request that
// finds every connection busy waits for one, and that counts. Both print what they saw as JSON.
#include "loopback.h"

enum { descriptorsMaximum = 20000, bufferBytes = 8192, zeroBytes = 1 << 18 };
enum kind { nobody, listener, console, server, client };

struct peer {
    enum kind kind;
    uint32_t generation;
    int count;           // bytes in the buffer
    int64_t discard;     // bytes of a body still to come and be thrown away
    int64_t due;         // client: when its request should have been sent
    int64_t wait;        // server: nanoseconds between pieces
    int64_t bodyLeft;    // server: of which nothing may be sent yet
    int64_t allowed;     // server: to be sent as soon as the kernel takes it
    int isBusy, pieces, headIsOut, willClose;
    char bytes[bufferBytes];
};

static struct peer *peers;
static int set;
static int64_t now;
static char zeros[zeroBytes];

static char question[1024];
static int64_t *latencies;
static uint32_t requestsMaximum, begun, ended, lost, statuses[600];
static int isOpen, clientPort;

// MARK: Timers

static void schedule(int descriptor, int64_t at) {
    scheduleDue((struct due){at, (uint32_t)descriptor, peers[descriptor].generation});
}

static void watch(int descriptor, enum kind kind) {
    if (descriptor >= descriptorsMaximum) fail("too many descriptors");
    uint32_t generation = peers[descriptor].generation + 1;
    int one = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    memset(&peers[descriptor], 0, offsetof(struct peer, bytes));
    peers[descriptor].kind = kind;
    peers[descriptor].generation = generation;
    struct epoll_event event = {.data.fd = descriptor};
    event.events = kind == server ? EPOLLIN | EPOLLOUT | EPOLLET : EPOLLIN;
    if (epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) != 0 && errno != EPERM) fail("epoll_ctl");
}

static void leave(int descriptor) {
    peers[descriptor].kind = nobody;
    peers[descriptor].generation++;
    close(descriptor);
}

// MARK: The upstream

static void readServer(int descriptor);

static void writeServer(int descriptor) {
    struct peer *peer = &peers[descriptor];
    if (!peer->isBusy || !peer->headIsOut) return;
    while (peer->allowed > 0) {
        size_t size = peer->allowed < zeroBytes ? (size_t)peer->allowed : zeroBytes;
        ssize_t count = send(descriptor, zeros, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno == EAGAIN) return;
        if (count < 0) return leave(descriptor);
        peer->allowed -= count;
    }
    if (peer->pieces > 0) return;
    peer->isBusy = 0;
    if (peer->willClose) return leave(descriptor);
    readServer(descriptor);
}

// Sends the head, or lets the next piece of the body out.
static void continueAnswer(int descriptor) {
    struct peer *peer = &peers[descriptor];
    int64_t piece = peer->bodyLeft / peer->pieces, here = 0;
    if (!peer->headIsOut) {
        // A small first piece goes with the head, as servers do it.
        char text[bufferBytes];
        int count = sprintf(text, "HTTP/1.1 200 OK\r\nContent-Length: %lld\r\n\r\n",
                            (long long)peer->bodyLeft);
        here = piece < 4096 ? piece : 0;
        memset(text + count, '.', (size_t)here);
        peer->headIsOut = 1;
        if (send(descriptor, text, (size_t)(count + here), MSG_NOSIGNAL) < 0)
            return leave(descriptor);
    }
    peer->bodyLeft -= piece;
    peer->allowed += piece - here;
    peer->pieces--;
    if (peer->pieces > 0) schedule(descriptor, now + peer->wait);
    writeServer(descriptor);
}

static void beginAnswer(int descriptor, size_t headBytes) {
    struct peer *peer = &peers[descriptor];
    long long wait = 0, bytes = 5;
    int pieces = 1;
    char *path = strchr(peer->bytes, ' ');
    if (path != NULL) sscanf(path, " /%lld/%lld/%d", &wait, &bytes, &pieces);
    char *length = strcasestr(peer->bytes, "\r\ncontent-length:");
    peer->discard = length != NULL ? atoll(length + 17) : 0;
    peer->willClose = strcasestr(peer->bytes, "\r\nconnection: close") != NULL;
    peer->count -= (int)headBytes;
    int64_t here = peer->discard < peer->count ? peer->discard : peer->count;
    memmove(peer->bytes, peer->bytes + headBytes + here, (size_t)(peer->count - here));
    peer->count -= (int)here;
    peer->discard -= here;
    peer->wait = wait * 1000000;
    peer->bodyLeft = bytes;
    peer->pieces = pieces > 0 ? pieces : 1;
    peer->isBusy = 1;
    peer->headIsOut = 0;
    if (wait > 0) schedule(descriptor, now + peer->wait);
    else continueAnswer(descriptor);
}

static void readServer(int descriptor) {
    struct peer *peer = &peers[descriptor];
    for (;;) {
        int room = bufferBytes - 1 - peer->count;
        ssize_t count = recv(descriptor, peer->bytes + peer->count, (size_t)room, MSG_DONTWAIT);
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) return leave(descriptor);
        if (peer->discard > 0) {
            int64_t here = peer->discard < count ? peer->discard : count;
            peer->discard -= here;
            memmove(peer->bytes, peer->bytes + here, (size_t)(count - here));
            count -= here;
        }
        peer->count += (int)count;
        peer->bytes[peer->count] = 0;
        char *end = strstr(peer->bytes, "\r\n\r\n");
        if (end != NULL && !peer->isBusy)
            return beginAnswer(descriptor, (size_t)(end + 4 - peer->bytes));
    }
}

// MARK: Clients

static void askOn(int descriptor, int64_t due) {
    peers[descriptor].isBusy = 1;
    peers[descriptor].due = due;
    ssize_t size = (ssize_t)strlen(question);
    if (send(descriptor, question, (size_t)size, MSG_NOSIGNAL) != size) fail("send");
}

static void connectTo(int port) { watch(connectLoopback(port), client); }

static void readClient(int descriptor) {
    struct peer *peer = &peers[descriptor];
    ssize_t count = recv(descriptor, peer->bytes + peer->count,
                         (size_t)(bufferBytes - 1 - peer->count), MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
        if (peer->isBusy) lost++, ended++;
        leave(descriptor);
        if (ended < requestsMaximum) connectTo(clientPort);
        return;
    }
    peer->count += (int)count;
    peer->bytes[peer->count] = 0;
    char *end = strstr(peer->bytes, "\r\n\r\n");
    if (end == NULL) return;
    char *length = strcasestr(peer->bytes, "\r\ncontent-length:");
    size_t total = (size_t)(end + 4 - peer->bytes);
    if (length != NULL) total += strtoul(length + 17, NULL, 10);
    if ((size_t)peer->count < total) return;
    int status = atoi(peer->bytes + 9);
    if (status > 0 && status < 600) statuses[status]++;
    latencies[ended++] = clockNow() - peer->due;
    peer->count = 0;
    peer->isBusy = 0;
    if (!isOpen && begun < requestsMaximum) {
        begun++;
        askOn(descriptor, now);
    }
}

static int compareLatency(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static void tell(double seconds) {
    uint32_t count = ended - lost;
    qsort(latencies, count, sizeof *latencies, compareLatency);
    double median = count > 0 ? latencies[count / 2] / 1e3 : 0;
    double late = count > 0 ? latencies[(uint64_t)count * 99 / 100] / 1e3 : 0;
    double last = count > 0 ? latencies[count - 1] / 1e3 : 0;
    printf("{\"requests\": %u, \"ok\": %u, \"shed\": %u, \"lost\": %u, \"seconds\": %.3f, "
           "\"p50_us\": %.1f, \"p99_us\": %.1f, \"longest_us\": %.1f}\n",
           ended, statuses[200], statuses[503], lost, seconds, median, late, last);
}

// MARK: The run

static void handle(int descriptor, uint32_t events) {
    switch (peers[descriptor].kind) {
    case listener:
        for (;;) {
            int accepted = accept4(descriptor, NULL, NULL, SOCK_NONBLOCK);
            if (accepted < 0) return;
            watch(accepted, server);
        }
    case console: exit(0);
    case server:
        if (events & EPOLLOUT) writeServer(descriptor);
        if (peers[descriptor].kind == server && (events & ~(uint32_t)EPOLLOUT))
            readServer(descriptor);
        return;
    case client: readClient(descriptor); return;
    case nobody: return;
    }
}

static void turn(int64_t until) {
    struct epoll_event ready[512];
    now = clockNow();
    while (heapCount > 0 && heap[0].at <= now) {
        struct due due = takeDue();
        if (peers[due.descriptor].generation == due.generation)
            continueAnswer((int)due.descriptor);
    }
    int64_t at = heapCount > 0 && heap[0].at < until ? heap[0].at : until;
    int64_t wait = at > now ? at - now : 0;
    struct timespec timeout = {wait / 1000000000, wait % 1000000000};
    int count = epoll_pwait2(set, ready, 512, &timeout, NULL);
    now = clockNow();
    for (int index = 0; index < count; index++)
        handle(ready[index].data.fd, ready[index].events);
}

static void watchUpstream(int descriptor) {
    watch(descriptor, listener);
    watch(0, console);
}

static void runUpstream(void) {
    listenAnywhere(watchUpstream);
    int64_t end = clockNow() + 900000000000ll;
    while (now < end) turn(end);
}

static int freeClient(void) {
    for (int descriptor = 0; descriptor < descriptorsMaximum; descriptor++)
        if (peers[descriptor].kind == client && !peers[descriptor].isBusy) return descriptor;
    return -1;
}

static void runClients(int connections, double rate) {
    int64_t start = now = clockNow();
    int64_t end = start + 300000000000ll;
    latencies = calloc(requestsMaximum, sizeof *latencies);
    for (int index = 0; index < connections; index++) connectTo(clientPort);
    start = now = clockNow();
    if (!isOpen) {
        for (int descriptor = 0; descriptor < descriptorsMaximum; descriptor++)
            if (peers[descriptor].kind == client && begun < requestsMaximum)
                begun++, askOn(descriptor, now);
    }
    while (ended < requestsMaximum && now < end) {
        int64_t next = end;
        while (isOpen && begun < requestsMaximum) {
            int64_t due = start + (int64_t)(begun * 1e9 / rate);
            if (due > clockNow()) {
                next = due;
                break;
            }
            int descriptor = freeClient();
            if (descriptor < 0) break;
            begun++;
            askOn(descriptor, due);
        }
        turn(next);
    }
    tell((clockNow() - start) / 1e9);
}

int main(int count, char **words) {
    peers = calloc(descriptorsMaximum, sizeof *peers);
    set = epoll_create1(0);
    if (count == 2 && strcmp(words[1], "upstream") == 0) {
        runUpstream();
        return 0;
    }
    isOpen = count == 7 && strcmp(words[1], "open") == 0;
    if (!isOpen && !(count == 6 && strcmp(words[1], "closed") == 0)) {
        fprintf(stderr, "usage: load upstream | closed … | open …\n");
        return 64;
    }
    clientPort = atoi(words[2]);
    double rate = isOpen ? atof(words[4]) : 0;
    requestsMaximum = isOpen ? (uint32_t)(rate * atof(words[5])) : (uint32_t)atoi(words[4]);
    snprintf(question, sizeof question, "GET %s HTTP/1.1\r\nHost: upstream.test\r\n\r\n",
             words[count - 1]);
    runClients(atoi(words[3]), rate);
    return 0;
}
