import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

extension Worker {
    /// Sets when an exchange's time is over: by its route's timeout, or earlier if a trusted client
    /// says that it does not wait so long. Refuses one that nobody waits for any more.
    /// - Returns: whether the request may go on.
    mutating func meetsDeadline(
        _ route: Route, _ exchange: UInt32, _ bytes: Span<UInt8>
    ) -> Bool {
        exchanges[exchange].deadline = now.advanced(byNanoseconds: route.timeoutNanoseconds)
        let isTrusted = clients[exchanges[exchange].client].peer.isTrusted
        guard isTrusted || route.deadlineField != nil else { return true }
        var left = Int64.max
        if isTrusted, parser.fields.contains(.grpcTimeout) {
            left = min(left, readGRPCTimeout(bytes))
            exchanges[exchange].grpcTimeoutAt = -1
        }
        if let field = route.deadlineField {
            left = min(left, readDeadline(field, isTrusted: isTrusted, bytes))
            exchanges[exchange].deadlineAt = -1
        }
        guard left > 0 else {
            consumeHead(exchange)
            shed(exchange, .deadlineUnmeetable)
            return false
        }
        let end = now.advanced(byNanoseconds: left)
        if end < exchanges[exchange].deadline {
            exchanges[exchange].deadline = end
            exchanges[exchange].isClientDeadline = true
        }
        return true
    }

    /// The least that lines of `grpc-timeout` say, which none of them passes on.
    private mutating func readGRPCTimeout(_ bytes: Span<UInt8>) -> Int64 {
        var left = Int64.max
        for index in 0..<parser.fields.count where parser.fields[index].name == .grpcTimeout {
            left = min(left, nanoseconds(DeadlineField.grpcTimeout(value(index, bytes))))
            parser.omitField(index)
        }
        return left
    }

    /// The least that lines of a deadline field say, which none of them passes on.
    private mutating func readDeadline(
        _ field: FieldSelector, isTrusted: Bool, _ bytes: Span<UInt8>
    ) -> Int64 {
        var left = Int64.max
        var next = field.next(in: parser.fields, bytes: bytes)
        while let index = next {
            if isTrusted {
                left = min(left, nanoseconds(DeadlineField.milliseconds(value(index, bytes))))
            }
            parser.omitField(index)
            next = field.next(in: parser.fields, from: index + 1, bytes: bytes)
        }
        return left
    }

    @_lifetime(copy bytes)
    private mutating func value(_ index: Int, _ bytes: Span<UInt8>) -> Span<UInt8> {
        bytes.extracting(parser.fields[index].valueRange.indices)
    }

    private mutating func nanoseconds(_ left: TimeLeft) -> Int64 {
        switch left {
        case .nanoseconds(let nanoseconds): return nanoseconds
        case .malformed:
            metrics.count(.deadlinesIgnored)
            return .max
        }
    }

    /// Makes room in a head that was just written for the time that will be left when it leaves.
    mutating func reserveDeadline(
        _ route: Route, _ exchange: UInt32, into writer: inout ByteWriter
    ) {
        guard exchanges[exchange].deadline != .distantFuture else {
            exchanges[exchange].deadlineAt = 0
            exchanges[exchange].grpcTimeoutAt = 0
            return
        }
        if exchanges[exchange].grpcTimeoutAt != 0 {
            exchanges[exchange].grpcTimeoutAt = Int32(DeadlineField.appendGRPC(into: &writer))
        }
        if exchanges[exchange].deadlineAt != 0, let field = route.deadlineField {
            exchanges[exchange].deadlineAt = Int32(DeadlineField.append(field, into: &writer))
        }
    }

    /// Writes into the head that is about to leave how much time is left.
    /// - Parameter block: where the head lies: the exchange's, or one with a copy at its place.
    @inline(__always)
    mutating func writeDeadline(_ exchange: UInt32, in block: BufferIndex) {
        if exchanges[exchange].deadlineAt | exchanges[exchange].grpcTimeoutAt != 0 {
            fillDeadlines(exchange, in: block)
        }
    }

    @inline(never)
    private mutating func fillDeadlines(_ exchange: UInt32, in block: BufferIndex) {
        let data = pool.data(block)
        let left = exchanges[exchange].deadline.nanoseconds(since: now)
        let places = (exchanges[exchange].deadlineAt, exchanges[exchange].grpcTimeoutAt)
        if places.0 > 0 {
            DeadlineField.fill(
                data + Int(places.0), digits: DeadlineField.digits, nanoseconds: left)
        }
        if places.1 > 0 {
            DeadlineField.fill(
                data + Int(places.1), digits: DeadlineField.grpcDigits, nanoseconds: left)
        }
    }

    /// What breakers hear of an attempt that lasted until the deadline. Whoever waits for a
    /// millisecond says nothing about an upstream that needs ten.
    mutating func outcomeAtDeadline(_ exchange: UInt32) -> Outcome {
        let lasted = now.nanoseconds(since: exchanges[exchange].attemptAt)
        let isHaste =
            exchanges[exchange].isClientDeadline && lasted < Self.fairChanceNanoseconds
        return isHaste ? .ignored : .failure(.responseTimeout)
    }

    /// An attempt that had this long had its chance, whoever set the deadline.
    private static var fairChanceNanoseconds: Int64 { 1_000_000_000 }
}
