import PlimsollCore

/// How much of a retry budget went to which client, for any number of clients in fixed memory.
///
/// Two rows of counters; a client has one in each, found by hashing, and what it took is at most
/// the smaller of the two (a count-min sketch: Cormode and Muthukrishnan 2005). Two clients are
/// only taken for one when they meet in both rows. All counts are halved every ten seconds.
struct RetryClients: Sendable {
    private static var cellsPerRow: Int { 256 }
    /// A client that took fewer lately is nobody's burden.
    static var innocentMaximum: Int { 10 }
    static var halvingNanoseconds: Int64 { 10_000_000_000 }

    private let seed: UInt64
    private var cells = InlineArray<512, UInt16>(repeating: 0)
    private var total = 0
    private var halveAt: Instant

    init(seed: UInt64, at now: Instant) {
        self.seed = seed
        halveAt = now.advanced(byNanoseconds: Self.halvingNanoseconds)
    }

    /// Whether this client took more than half of what all clients took lately.
    mutating func isGreedy(_ client: UInt64, at now: Instant) -> Bool {
        halve(at: now)
        let (first, second) = places(of: client)
        let taken = Int(min(cells[first], cells[second]))
        return taken >= Self.innocentMaximum && taken * 2 > total
    }

    mutating func count(_ client: UInt64) {
        let (first, second) = places(of: client)
        cells[first] += cells[first] < .max ? 1 : 0
        cells[second] += cells[second] < .max ? 1 : 0
        total += 1
    }

    private func places(of client: UInt64) -> (Int, Int) {
        var mixer = RandomSource(seed: client ^ seed)
        let bits = mixer.next()
        return (Int(bits & 255), Self.cellsPerRow + Int((bits >> 32) & 255))
    }

    private mutating func halve(at now: Instant) {
        guard now >= halveAt else { return }
        let periods = now.nanoseconds(since: halveAt) / Self.halvingNanoseconds + 1
        let shift = UInt16(min(periods, 16))
        for index in cells.indices { cells[index] = shift < 16 ? cells[index] >> shift : 0 }
        total = shift < 16 ? total >> Int(shift) : 0
        halveAt = now.advanced(byNanoseconds: Self.halvingNanoseconds)
    }
}
