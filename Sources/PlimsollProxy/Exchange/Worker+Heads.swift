import PlimsollCore
import PlimsollHTTP
import PlimsollIO

/// The heads that leave, written into buffers from what was parsed last.
extension Worker {
    /// What can be written behind a buffer's headroom: the largest head or fixed reply that can be
    /// configured, and the fields that we add.
    static var blockBytes: Int { BufferPool.dataBytes + BufferPool.tailroomBytes }

    /// Writes into a buffer behind its headroom.
    @inline(__always)
    mutating func blockWriter(_ block: BufferIndex) -> ByteWriter {
        ByteWriter(
            UnsafeMutableRawBufferPointer(start: pool.data(block), count: Self.blockBytes))
    }

    /// Serialises the request that was just parsed into the exchange's block, which it takes.
    /// - Returns: false when there is no buffer, or the head does not fit one.
    mutating func writeRequestHead(_ exchange: UInt32, _ bytes: Span<UInt8>, _ path: Span<UInt8>)
        -> Bool
    {
        if exchanges[exchange].block.isNone {
            exchanges[exchange].block = pool.take()
        }
        let block = exchanges[exchange].block
        guard !block.isNone else { return false }
        let client = exchanges[exchange].client
        let plan = exchanges[exchange].plan
        let head = exchanges[exchange].head
        var forwarding = RequestForwarding(
            peer: clients[client].peer, requestID: exchanges[exchange].requestID,
            framing: head.framing)
        forwarding.sendsForwarded = listeners[Int(clients[client].listener)].plan.sendsForwarded
        forwarding.allowsUpgrade = exchanges[exchange].allowsUpgrade
        var writer = blockWriter(block)
        let route = exchanges[exchange].route
        plans[plan]._withUnsafeGuaranteedRef {
            $0.routes.lend(route)._withUnsafeGuaranteedRef {
                HeadWriter.writeRequest(
                    head, fields: parser.fields, bytes: bytes, path: path, forwarding,
                    host: $0.hostRule, rules: $0.requestRules, into: &writer)
                reserveDeadline($0, exchange, into: &writer)
            }
        }
        guard !writer.overflowed else { return false }
        exchanges[exchange].blockCount = Int32(writer.count)
        exchanges[exchange].requestFraming = OutgoingFraming(head.framing)
        return true
    }

    /// Writes the head of the answer that was just parsed, as the client gets it.
    mutating func writeAnswerHead(
        _ exchange: UInt32, _ head: ResponseHead, into writer: inout ByteWriter
    ) {
        let server = exchanges[exchange].server
        let minorVersion = exchanges[exchange].head.minorVersion
        let bytes = servers[server].input.bytes(pool: pool)
        let span = bytes.assumingMemoryBound(to: UInt8.self).span
        let forwarding = ResponseForwarding(
            framing: head.framing.passedOn(toMinorVersion: minorVersion),
            clientMinorVersion: minorVersion,
            keepsAlive: !clients[exchanges[exchange].client].closesAfterAnswer)
        dates.refresh(at: now)
        let route = exchanges[exchange].route
        plans[exchanges[exchange].plan]._withUnsafeGuaranteedRef {
            $0.routes.lend(route)._withUnsafeGuaranteedRef {
                HeadWriter.writeResponse(
                    head, fields: parser.fields, bytes: span, forwarding, date: dates.text,
                    rules: $0.responseRules, into: &writer)
            }
        }
    }
}
