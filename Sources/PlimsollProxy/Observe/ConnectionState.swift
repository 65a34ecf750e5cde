/// What a loop's connections are doing: one gauge each, brought up to date at the end of a turn.
enum ConnectionState: Int, CaseIterable {
    /// A client's, kept alive, nothing received since the last answer.
    case clientIdle
    /// Some bytes of a head have come.
    case clientReading
    /// Its request waits: for a permit, a connection or the upstream's answer.
    case clientWaiting
    /// It is being sent an answer.
    case clientAnswering
    case clientTunnelling
    /// Refused, or answered for the last time: what the client still sends is dropped.
    case clientClosing
    /// To an endpoint, kept alive.
    case upstreamIdle
    /// Carries an attempt, or closes.
    case upstreamBusy
    case upstreamConnecting

    /// Whose it is counted among, and its label there.
    var isUpstream: Bool {
        switch self {
        case .upstreamIdle, .upstreamBusy, .upstreamConnecting: true
        case .clientIdle, .clientReading, .clientWaiting, .clientAnswering, .clientTunnelling,
            .clientClosing:
            false
        }
    }

    var label: String {
        switch self {
        case .clientIdle, .upstreamIdle: "idle"
        case .clientReading: "reading"
        case .clientWaiting: "waiting"
        case .clientAnswering: "answering"
        case .clientTunnelling: "tunnelling"
        case .clientClosing: "closing"
        case .upstreamBusy: "busy"
        case .upstreamConnecting: "connecting"
        }
    }
}

/// What the tables of a loop do not tell by their counts, counted by hand as it changes.
struct ConnectionTally: BitwiseCopyable {
    /// Clients of whose next head some bytes are here.
    var reading = 0
    /// Exchanges whose answer is on its way to the client, tunnels not among them.
    var answering = 0
    var tunnelling = 0
    /// Connections to endpoints under way.
    var connecting = 0
}
