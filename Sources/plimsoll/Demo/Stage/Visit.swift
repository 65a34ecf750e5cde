import PlimsollCore

/// A request of a client of the demo, on a connection of its own. One operation of it is
/// outstanding at any time.
struct Visit {
    enum Phase {
        case connecting
        case sending
        case receiving
        /// The client has gone; what was outstanding is cancelled.
        case leaving
    }

    let service: DemoService
    let scene: Int
    /// When it was meant to be sent: lateness of ours counts as waiting.
    let meantAt: Instant
    let descriptor: Int32
    var phase = Phase.connecting
    var patience = TimerID.none
    /// Of the answer; 0 until its first line came.
    var status = 0
    /// The machine stood still while it was here.
    var isVoid = false
}
