import PlimsollCore

/// A request of a log that is replayed.
struct LoggedArrival {
    var at: Instant
    var kind: Int32
}
