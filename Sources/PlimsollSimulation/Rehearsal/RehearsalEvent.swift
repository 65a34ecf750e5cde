import PlimsollCore

/// What the calendar of a rehearsal holds.
enum RehearsalEvent {
    /// The next request of a stream.
    case arrival(stream: Int32)
    /// The next request of the log.
    case logged
    /// A client's further attempt.
    case errand(Errand)
    /// One of a request's times may be over.
    case wake(Handle)
    /// An endpoint has finished a piece of work.
    case done(endpoint: Int32, CapacityModel.Work)
    /// An answer reaches the proxy, or the lack of one: status 0 for a refused connection, 1 for
    /// a reset.
    case answer(job: UInt64, status: UInt16)
    case fault(Int32)
    /// The control loop's round.
    case tick
    /// A look at the gauges.
    case sample
    /// An endpoint is asked how it is.
    case probe(endpoint: Int32)
    /// That question has an answer, or none in time.
    case probed(endpoint: Int32, isPassing: Bool)
}
