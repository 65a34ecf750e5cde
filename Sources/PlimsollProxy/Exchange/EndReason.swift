import PlimsollPolicy

/// Why an exchange was not simply answered by its upstream. Each exchange that ends so is counted
/// under exactly one of these.
enum EndReason: Equatable {
    /// The upstream answered, or the route has an answer of its own.
    case none
    /// Refused before it reached an upstream, to protect it or us.
    case shed(ShedReason)
    /// The last attempt failed this way.
    case failed(FailureKind)
    /// The client's doing, or its leaving.
    case client(ClientFault)

    /// What an attempt that was under way meanwhile tells the breakers.
    var outcome: Outcome {
        switch self {
        case .failed(let kind): Outcome(failure: kind)
        case .none, .shed, .client: .ignored
        }
    }
}

/// What a client can do to end its exchange.
enum ClientFault: UInt8, CaseIterable {
    /// Closed or reset its connection before it had its answer.
    case left
    /// Sent a body that breaks the rules of its framing, or ended in the middle of it.
    case bodyMalformed
    /// Sent more body than the listener allows.
    case bodyTooLong
    /// Took too long over the request's body.
    case bodyTimeout
    /// Read its answer too slowly.
    case readTimeout
    /// Took too long over the head.
    case headTimeout
    /// Sent a head that is not one.
    case headMalformed
    /// Asked for what no route serves.
    case noRoute
    /// Asked for a host that no route is for.
    case misdirected
    /// Spelt a path that an upstream may read differently.
    case pathAmbiguous
    /// Took nothing of its answer while buffers were scarce.
    case slowReader

    var label: StaticString {
        switch self {
        case .left: "client-left"
        case .bodyMalformed: "body-malformed"
        case .bodyTooLong: "body-too-long"
        case .bodyTimeout: "body-timeout"
        case .readTimeout: "read-timeout"
        case .headTimeout: "head-timeout"
        case .headMalformed: "head-malformed"
        case .noRoute: "no-route"
        case .misdirected: "misdirected"
        case .pathAmbiguous: "path-ambiguous"
        case .slowReader: "slow-reader"
        }
    }

    /// The status a client is told, if it can still be told; 499 is only logged.
    var status: UInt16 {
        switch self {
        case .left, .readTimeout, .slowReader: 499
        case .bodyMalformed, .headMalformed, .pathAmbiguous: 400
        case .bodyTooLong: 413
        case .bodyTimeout, .headTimeout: 408
        case .noRoute: 404
        case .misdirected: 421
        }
    }
}
