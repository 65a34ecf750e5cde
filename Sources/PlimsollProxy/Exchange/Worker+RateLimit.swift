import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

extension Worker {
    /// Asks a route's rate limit, and refuses the request that it does not let pass.
    /// - Returns: whether the request may go on.
    mutating func passesRateLimit(
        _ limiter: RateLimiter, _ exchange: UInt32, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        switch rateVerdict(limiter, exchange, bytes.span) {
        case .admit:
            return true
        case .refuse(let seconds):
            consumeHead(exchange)
            shed(exchange, .rateLimited, retryAfterNanoseconds: seconds &* 1_000_000_000)
            return false
        }
    }

    private mutating func rateVerdict(
        _ limiter: RateLimiter, _ exchange: UInt32, _ bytes: Span<UInt8>
    ) -> RateVerdict {
        switch limiter.settings.key {
        case .route:
            return limiter.admit(at: now)
        case .header:
            return headerVerdict(limiter, bytes)
                ?? limiter.admit(clientAddress(exchange, bytes), at: now)
        case .clientAddress:
            return limiter.admit(clientAddress(exchange, bytes), at: now)
        }
    }

    /// What the buckets of a field's values say. A field that comes several times asks that of each
    /// value: a client must not hide the one that its upstream reads behind another.
    /// - Returns: nil when the field is missing or empty.
    private mutating func headerVerdict(
        _ limiter: RateLimiter, _ bytes: Span<UInt8>
    ) -> RateVerdict? {
        guard let header = limiter.header else { return nil }
        var verdict: RateVerdict?
        var next = header.next(in: parser.fields, bytes: bytes)
        while let index = next {
            let value = parser.fields[index].valueRange
            if !value.isEmpty {
                verdict = limiter.admit(bytes.extracting(value.indices), at: now)
                if verdict != .admit { return verdict }
            }
            next = header.next(in: parser.fields, from: index + 1, bytes: bytes)
        }
        return verdict
    }

    /// The client's address as far as it can be trusted. Its port means nothing.
    mutating func clientAddress(_ exchange: UInt32, _ bytes: Span<UInt8>) -> SocketAddress {
        let client = exchanges[exchange].client
        guard clients[client].peer.isTrusted else { return clients[client].address }
        let forwarded = plans[exchanges[exchange].plan]._withUnsafeGuaranteedRef {
            ClientAddress.forwarded(parser.fields, bytes: bytes, trusted: $0.trustedProxies)
        }
        return forwarded ?? clients[client].address
    }
}
