import Glibc

/// How long a test waits for what must come. Only a failing test ever waits so long, so it is
/// generous: the machine may be busy.
enum Patience {
    static var milliseconds: Int64 { 10_000 }
    /// No daemon outlives its test by more, whatever happens to the test.
    static var daemonSeconds: Int { 90 }
}

extension Patience {
    /// Waits for what cannot be waited for otherwise: it is looked at again and again.
    static func until(_ what: String, _ holds: () throws -> Bool) throws {
        let deadline = Clock.milliseconds + milliseconds
        while try !holds() {
            guard Clock.milliseconds < deadline else { throw Disappointment("never: \(what)") }
            poll(nil, 0, 5)
        }
    }
}

/// What a test waited for in vain.
struct Disappointment: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The monotonic clock, and waiting for a descriptor by it.
enum Clock {
    static var milliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Waits until one of `events` holds for a descriptor.
    /// - Returns: whether it does, before `deadline`.
    static func wait(_ descriptor: Int32, for events: Int32, until deadline: Int64) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let left = max(0, deadline - milliseconds)
            let ready = poll(&entry, 1, Int32(left))
            if ready > 0 { return true }
            if ready == 0 { return false }
        }
    }
}
