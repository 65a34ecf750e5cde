import PlimsollCore
import PlimsollHTTP
import PlimsollIO

extension Worker {
    /// Counts an exchange that has ended, once, and writes its line to the access log.
    mutating func observe(_ exchange: UInt32) {
        let client = exchanges[exchange].client
        let route = exchanges[exchange].route
        var facts = ExchangeFacts(
            method: exchanges[exchange].head.method,
            status: exchanges[exchange].reason == .client(.left) ? 499 : exchanges[exchange].status,
            reason: exchanges[exchange].reason,
            minorVersion: exchanges[exchange].head.minorVersion,
            attempts: exchanges[exchange].attempts,
            route: route.rawValue == .max
                ? route
                : plans[exchanges[exchange].plan]._withUnsafeGuaranteedRef {
                    $0.routeSeries[Int(route.rawValue)]
                },
            upstream: exchanges[exchange].upstream, endpoint: exchanges[exchange].endpoint,
            requestID: exchanges[exchange].requestID, startedAt: exchanges[exchange].startedAt,
            endedAt: now)
        facts.isHedged = exchanges[exchange].hasHedged
        facts.breakerScope = exchanges[exchange].breakerScope
        facts.isReused = exchanges[exchange].isOnReusedConnection
        facts.priority = exchanges[exchange].priority
        facts.tenant = exchanges[exchange].tenant
        facts.receivedBytes = exchanges[exchange].receivedBytes
        facts.sentBytes = exchanges[exchange].sentBytes
        facts.queuedAt = exchanges[exchange].queuedAt
        facts.admittedAt = exchanges[exchange].admittedAt
        facts.attemptAt = exchanges[exchange].attemptAt
        facts.firstByteAt = exchanges[exchange].firstByteAt
        metrics.record(facts)
        if accessLog.isEnabled {
            log(facts, exchange, client)
        }
    }

    /// Brings the gauges of connections up to date. Once a turn.
    mutating func publishConnections() {
        let exchanging = exchanges.count - tally.answering - tally.tunnelling
        metrics.set(.clientIdle, idleClients.count)
        metrics.set(.clientReading, tally.reading)
        metrics.set(.clientWaiting, exchanging)
        metrics.set(.clientAnswering, tally.answering)
        metrics.set(.clientTunnelling, tally.tunnelling)
        metrics.set(
            .clientClosing,
            clients.count - idleClients.count - tally.reading - exchanges.count)
        metrics.set(.upstreamIdle, upstreams.pooledCount)
        metrics.set(.upstreamConnecting, tally.connecting)
        metrics.set(.upstreamBusy, servers.count - upstreams.pooledCount - tally.connecting)
    }

    /// The exchange's answer is on its way from here on.
    @inline(__always)
    mutating func countAnswering(_ exchange: UInt32) {
        if !exchanges[exchange].isCountedAnswering {
            exchanges[exchange].isCountedAnswering = true
            tally.answering += 1
        }
    }

    /// Its connection is a tunnel from here on.
    mutating func countTunnelling(_ exchange: UInt32) {
        exchanges[exchange].isCountedTunnelling = true
        tally.tunnelling += 1
    }

    /// The exchange leaves the table.
    @inline(__always)
    mutating func uncount(_ exchange: UInt32) {
        if exchanges[exchange].isCountedAnswering { tally.answering -= 1 }
        if exchanges[exchange].isCountedTunnelling { tally.tunnelling -= 1 }
    }

    /// Writes the access log's line from what ``noteRequest(_:_:)`` kept.
    private mutating func log(_ facts: ExchangeFacts, _ exchange: UInt32, _ client: UInt32) {
        guard !exchanges[exchange].block.isNone else { return }
        let noted = pool.data(exchanges[exchange].block) - BufferPool.headroomBytes
        let targetCount = Int(exchanges[exchange].targetCount)
        accessLog.append(
            facts, target: UnsafeRawBufferPointer(start: noted, count: targetCount),
            host: UnsafeRawBufferPointer(
                start: noted + targetCount, count: Int(exchanges[exchange].hostCount)),
            peer: clients[client].address)
    }

    /// Keeps what the access log says of the request as it was received: its head is gone, and
    /// perhaps rewritten, when the exchange ends. In the headroom of the exchange's block.
    mutating func noteRequest(_ exchange: UInt32, _ bytes: UnsafeBufferPointer<UInt8>) {
        let block = pool.take()
        guard !block.isNone, let base = bytes.baseAddress else { return }
        exchanges[exchange].block = block
        let head = exchanges[exchange].head
        let noted = pool.data(block) - BufferPool.headroomBytes
        let targetCount = min(Int(head.target.count), Self.notedTargetMaximum)
        let hostCount = min(Int(head.authority.count), Self.notedHostMaximum)
        noted.copyMemory(from: base + Int(head.target.start), byteCount: targetCount)
        (noted + targetCount).copyMemory(
            from: base + Int(head.authority.start), byteCount: hostCount)
        exchanges[exchange].targetCount = Int32(targetCount)
        exchanges[exchange].hostCount = Int32(hostCount)
    }

    /// Longest target and host that are kept; the access log shortens them further.
    private static var notedTargetMaximum: Int { 8192 }
    private static var notedHostMaximum: Int { 1024 }
}
