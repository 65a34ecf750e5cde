import PlimsollCore
import PlimsollIO

/// What a loop does about its memory: buffers that become scarce are taken from those who sit on
/// them, and what a burst has left behind goes back to the kernel. Neither costs a loop anything
/// that is not under siege.
extension Worker {
    /// Quiet for so long, a loop gives memory back.
    private static var quietNanoseconds: Int64 { 1_000_000_000 }
    /// Buffers given back in one turn, some 5 µs each, and the time to the next ones.
    private static var releasedAtOnce: Int { 64 }
    private static var releaseNanoseconds: Int64 { 5_000_000 }
    /// Clients at once whose places are worth giving back: some hundred pages of them.
    static var crowd: Int { 1024 }

    mutating func watchMemory() {
        guard !isMemoryWatched else { return }
        isMemoryWatched = true
        setTimer(TimerKind.memory, nanoseconds: Self.quietNanoseconds)
    }

    mutating func memoryTimerFired() {
        isMemoryWatched = false
        guard !pool.endInterval() else {
            isReleasingMemory = false
            return watchMemory()
        }
        if !isReleasingMemory {
            isReleasingMemory = true
            driver.releaseMemory()
        }
        if !pool.releaseMemory(maximum: Self.releasedAtOnce) {
            isMemoryWatched = true
            setTimer(TimerKind.memory, nanoseconds: Self.releaseNanoseconds)
            return
        }
        isReleasingMemory = false
        if !hasCrowd {
            ResidentMemory.release(clients.vacantTail)
            ResidentMemory.release(servers.vacantTail)
            ResidentMemory.release(exchanges.vacantTail)
        }
    }

    private mutating func setTimer(_ kind: UInt8, nanoseconds: Int64) {
        let owner = OperationToken(kind: kind, handle: Handle(index: 0, generation: 0))
        _ = timers.schedule(owner: owner.rawValue, at: now.advanced(byNanoseconds: nanoseconds))
    }

    // MARK: Slow readers

    /// A reader is slow that has taken nothing for so long.
    private static var stallNanoseconds: Int64 { 1_000_000_000 }
    /// Between two looks for them while buffers are scarce.
    private static var pressureNanoseconds: Int64 { 250_000_000 }
    /// Readers let go in one look.
    private static var evictedReadersAtOnce: Int { 64 }

    /// Buffers are scarce: lets go the readers that have held theirs the longest without taking a
    /// byte. Their timeouts would do it, but until then everybody else would be refused.
    mutating func relievePressure() {
        isPressureWatched = false
        guard pool.isScarce else { return }
        isPressureWatched = true
        setTimer(TimerKind.pressure, nanoseconds: Self.pressureNanoseconds)
        let latest = now.advanced(byNanoseconds: -Self.stallNanoseconds)
        // Rare, and for the moments in which nothing else can go on: so it may walk and allocate.
        var stalled: [(client: UInt32, since: Instant)] = []
        for client in 0..<clients.highWater where clients.isOccupied(client) {
            guard clients[client].sending.isOut, clients[client].phase != .closing else { continue }
            let since = clients[client].sendingSince
            if since <= latest { stalled.append((client, since)) }
        }
        stalled.sort { $0.since < $1.since }
        for (client, _) in stalled.prefix(Self.evictedReadersAtOnce) {
            metrics.count(.slowReadersEvicted)
            dropReader(client, .slowReader)
        }
    }
}
