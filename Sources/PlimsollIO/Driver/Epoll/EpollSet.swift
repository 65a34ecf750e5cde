import CLinux
import Glibc
import PlimsollCore

/// An epoll descriptor and the events of its last wait.
///
/// Unsafe pointers: `events` holds `capacity` initialised places for the set's life; indices are
/// below what the last wait returned.
struct EpollSet: ~Copyable {
    /// Events of one wait. More stay queued in the kernel, in the order of their coming.
    static var capacity: Int { 256 }

    private let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>
    /// epoll_pwait2 is missing (before Linux 5.11) or filtered: timeouts are whole milliseconds.
    private var countsMilliseconds = false

    init() throws(SystemError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw SystemError("epoll_create1", code: errno) }
        events = .allocate(capacity: Self.capacity)
        events.initialize(repeating: epoll_event(), count: Self.capacity)
    }

    deinit {
        events.deallocate()
        close(descriptor)
    }

    /// Watches a descriptor. Returns 0 or a negated `errno`.
    func add(_ watched: Int32, _ conditions: EPOLL_EVENTS) -> Int32 {
        var event = epoll_event()
        event.events = conditions.rawValue
        event.data.fd = watched
        return epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event) == 0 ? 0 : -errno
    }

    func remove(_ watched: Int32) {
        var event = epoll_event()
        _ = epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, &event)
    }

    /// Waits for events, at most until `deadline`, never less unless there are some.
    /// - Returns: how many there are; a signal's interruption counts as none.
    mutating func wait(until deadline: Instant, from now: Instant) -> Int {
        if deadline == .distantFuture {
            return counted(epoll_wait(descriptor, events, Int32(Self.capacity), -1))
        }
        let remaining = deadline.nanoseconds(since: now)
        if remaining <= 0 {
            return poll()
        }
        if !countsMilliseconds {
            let count = clinux_epoll_wait(descriptor, events, Int32(Self.capacity), remaining)
            if count >= 0 || errno == EINTR {
                return counted(count)
            }
            countsMilliseconds = true
        }
        // Rounded up, for a wait that ends early would be repeated until the time has come.
        let milliseconds = min((remaining + 999_999) / 1_000_000, Int64(Int32.max))
        return counted(epoll_wait(descriptor, events, Int32(Self.capacity), Int32(milliseconds)))
    }

    /// The events that are there already.
    func poll() -> Int {
        counted(epoll_wait(descriptor, events, Int32(Self.capacity), 0))
    }

    func descriptor(ofEvent index: Int) -> Int32 {
        events[index].data.fd
    }

    func conditions(ofEvent index: Int) -> EPOLL_EVENTS {
        EPOLL_EVENTS(events[index].events)
    }

    private func counted(_ count: Int32) -> Int {
        if count < 0 {
            precondition(errno == EINTR, "epoll_wait refused its own descriptor")
            return 0
        }
        return Int(count)
    }
}

/// Masks are compared as plain bits: the imported enumeration has no operators.
extension EPOLL_EVENTS {
    func has(_ other: EPOLL_EVENTS) -> Bool {
        rawValue & other.rawValue != 0
    }

    static func | (left: EPOLL_EVENTS, right: EPOLL_EVENTS) -> EPOLL_EVENTS {
        EPOLL_EVENTS(left.rawValue | right.rawValue)
    }
}
