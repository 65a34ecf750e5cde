#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <link.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

const int CLINUX_PR_SET_NAME = PR_SET_NAME;
const int CLINUX_PR_SET_KEEPCAPS = PR_SET_KEEPCAPS;
const int CLINUX_PR_CAPBSET_DROP = PR_CAPBSET_DROP;
const int CLINUX_PR_CAPBSET_READ = PR_CAPBSET_READ;
const int CLINUX_PR_CAP_AMBIENT = PR_CAP_AMBIENT;
const int CLINUX_PR_CAP_AMBIENT_CLEAR_ALL = PR_CAP_AMBIENT_CLEAR_ALL;
const int CLINUX_PR_SET_NO_NEW_PRIVS = PR_SET_NO_NEW_PRIVS;
const int CLINUX_PR_GET_NO_NEW_PRIVS = PR_GET_NO_NEW_PRIVS;

ssize_t clinux_getrandom(void *bytes, size_t count) { return getrandom(bytes, count, 0); }

int clinux_prctl(int option, unsigned long first, unsigned long second, unsigned long third) {
    return prctl(option, first, second, third, 0UL);
}

int clinux_setresuid(uid_t user) { return setresuid(user, user, user); }

int clinux_setresgid(gid_t group) { return setresgid(group, group, group); }

int clinux_getresuid(uid_t *real, uid_t *effective, uid_t *saved) {
    return getresuid(real, effective, saved);
}

int clinux_getresgid(gid_t *real, gid_t *effective, gid_t *saved) {
    return getresgid(real, effective, saved);
}

int clinux_capget(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{0}, {0}};
    if (syscall(SYS_capget, &header, data) != 0) return -1;
    *effective = (uint64_t)data[1].effective << 32 | data[0].effective;
    *permitted = (uint64_t)data[1].permitted << 32 | data[0].permitted;
    *inheritable = (uint64_t)data[1].inheritable << 32 | data[0].inheritable;
    return 0;
}

int clinux_capset(uint64_t effective, uint64_t permitted, uint64_t inheritable) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {
        {(uint32_t)effective, (uint32_t)permitted, (uint32_t)inheritable},
        {(uint32_t)(effective >> 32), (uint32_t)(permitted >> 32), (uint32_t)(inheritable >> 32)}};
    return (int)syscall(SYS_capset, &header, data);
}

long clinux_getaffinity(uint8_t *mask, size_t bytes) {
    return syscall(SYS_sched_getaffinity, 0, bytes, mask);
}

int clinux_setaffinity(const uint8_t *mask, size_t bytes) {
    return (int)syscall(SYS_sched_setaffinity, 0, bytes, mask);
}

int clinux_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int clinux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

int clinux_signalfd(const int *signals, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t index = 0; index < count; index++) sigaddset(&set, signals[index]);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int clinux_signalfd_read(int descriptor) {
    struct signalfd_siginfo info;
    ssize_t count = read(descriptor, &info, sizeof info);
    if (count == (ssize_t)sizeof info) return (int)info.ssi_signo;
    return count < 0 && errno != EAGAIN ? -1 : 0;
}

int clinux_accept(int listener) {
    return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int clinux_refuse_handshakes(int descriptor) {
    // The filter sees the TCP header; byte 13 holds the flags. SYN without ACK is dropped.
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x12),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x02, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFF),
    };
    struct sock_fprog program = {sizeof code / sizeof code[0], code};
    return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

int64_t clinux_monotonic_nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t clinux_clock_nanoseconds(int clock) {
    struct timespec time;
    if (clock_gettime((clockid_t)clock, &time) != 0) {
        return -1;
    }
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

void clinux_realtime(int64_t *seconds, int32_t *nanoseconds) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    *seconds = time.tv_sec;
    *nanoseconds = (int32_t)time.tv_nsec;
}

int clinux_epoll_wait(int epoll, struct epoll_event *events, int count, int64_t nanoseconds) {
    if (nanoseconds < 0)
        return epoll_pwait2(epoll, events, count, NULL, NULL);
    struct timespec timeout = {
        .tv_sec = nanoseconds / 1000000000,
        .tv_nsec = nanoseconds % 1000000000,
    };
    return epoll_pwait2(epoll, events, count, &timeout, NULL);
}

static int release_pages(struct dl_phdr_info *object, size_t size, void *unused) {
    (void)size;
    (void)unused;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
        // What is written to is ours alone and would be lost.
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W)) continue;
        uintptr_t start = object->dlpi_addr + segment->p_vaddr;
        uintptr_t first = (start + page - 1) & ~(page - 1);
        uintptr_t end = (start + segment->p_memsz) & ~(page - 1);
        if (first < end) madvise((void *)first, end - first, MADV_DONTNEED);
    }
    return 0;
}

void clinux_release_free_memory(void) { malloc_trim(0); }

void clinux_release_program_pages(void) { dl_iterate_phdr(release_pages, NULL); }
