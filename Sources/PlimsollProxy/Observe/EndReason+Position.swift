import PlimsollPolicy

extension EndReason {
    /// Number of different reasons, `none` included.
    static var count: Int {
        1 + ShedReason.allCases.count + FailureKind.allCases.count + ClientFault.allCases.count
    }

    // Spelt out because `allCases.count` builds an array, which no request may pay for. A test
    // holds them to the enumerations.
    static var shedStart: Int { 1 }
    static var failedStart: Int { 10 }
    static var clientStart: Int { 19 }

    /// A place of its own for every reason, from 0 for `none`.
    @inline(__always)
    var position: Int {
        switch self {
        case .none: 0
        case .shed(let reason): Self.shedStart &+ Int(reason.rawValue)
        case .failed(let kind): Self.failedStart &+ Int(kind.rawValue)
        case .client(let fault): Self.clientStart &+ Int(fault.rawValue)
        }
    }

    /// Every reason in the order of ``position``.
    static var all: [EndReason] {
        [.none] + ShedReason.allCases.map { .shed($0) } + FailureKind.allCases.map { .failed($0) }
            + ClientFault.allCases.map { .client($0) }
    }

    /// Whose doing it was, in metrics and logs.
    var kindLabel: StaticString {
        switch self {
        case .none: "none"
        case .shed: "shed"
        case .failed: "failed"
        case .client: "client"
        }
    }

    /// The reason in metrics and logs.
    var label: StaticString {
        switch self {
        case .none: "none"
        case .shed(let reason): reason.label
        case .failed(let kind): kind.label
        case .client(let fault): fault.label
        }
    }
}
