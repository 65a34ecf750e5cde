import PlimsollConfig
import PlimsollCore
import PlimsollHTTP
import PlimsollPolicy
import Synchronization

/// A route's rate limit, exact over all loops: any number of them decide at the same time.
///
/// A limit for the whole route is one atomic word. Buckets by key lie in tables behind locks that
/// are held for some tens of nanoseconds; a key belongs to one of sixteen, so that loops seldom
/// meet at one.
///
/// Unsafe pointers: `shards` holds `shardCount` initialised locks for the object's life.
public final class RateLimiter: @unchecked Sendable {
    public let settings: RateLimitSettings
    /// The field whose value is the key.
    let header: FieldSelector?
    private let pace: RatePace
    private let hash: KeyedHash
    private let fullAt = Atomic<Int64>(RateBucket().fullAt)
    private let promisedFullAt = Atomic<Int64>(RateBucket().promisedFullAt)
    private let shards: UnsafeMutablePointer<Mutex<RateTable>>
    private let shardCount: Int
    private let refused = Atomic<Int>(0)

    private static var shardBits: UInt64 { 4 }

    /// - Parameter seed: of the keyed hash; from the system's entropy where clients are real.
    public init(_ settings: RateLimitSettings, seed: UInt64) {
        var random = RandomSource(seed: seed)
        self.settings = settings
        pace = RatePace(settings)
        hash = KeyedHash(&random)
        if case .header(let name) = settings.key {
            header = FieldSelector(name)
        } else {
            header = nil
        }
        shardCount = settings.key == .route ? 0 : 1 << Int(Self.shardBits)
        shards = .allocate(capacity: shardCount)
        for index in 0..<shardCount {
            let table = RateTable(keys: settings.keys / shardCount)
            (shards + index).initialize(to: Mutex(table))
        }
    }

    deinit {
        shards.deinitialize(count: shardCount)
        shards.deallocate()
    }

    /// Bytes that the buckets of a limit take.
    public static func bytes(of settings: RateLimitSettings) -> Int {
        guard settings.key != .route else { return 0 }
        let shards = 1 << Int(shardBits)
        return shards * RateTable.places(for: settings.keys / shards) * RateTable.bytesPerKey
    }

    // MARK: Deciding

    /// Decides about a request under a limit for the whole route.
    func admit(at now: Instant) -> RateVerdict {
        var before = fullAt.load(ordering: .relaxed)
        while let after = pace.fullAt(afterOneMore: before, at: now) {
            let exchange = fullAt.weakCompareExchange(
                expected: before, desired: after, ordering: .relaxed)
            if exchange.exchanged { return .admit }
            before = exchange.original
        }
        var promised = promisedFullAt.load(ordering: .relaxed)
        while true {
            let promise = pace.promise(fullAt: before, promised: promised, at: now)
            let exchange = promisedFullAt.weakCompareExchange(
                expected: promised, desired: promise.fullAt, ordering: .relaxed)
            if exchange.exchanged {
                return refuse(.refuse(retryAfterSeconds: promise.seconds))
            }
            promised = exchange.original
        }
    }

    /// Decides about a request of one of many clients.
    func admit(_ address: SocketAddress, at now: Instant) -> RateVerdict {
        // A client has 2^64 IPv6 addresses to speak from, and one IPv4 address.
        let address = address.unmapped
        return address.family == .v4
            ? admit(key: hash.hash(0, address.low), at: now)
            : admit(key: hash.hash(1, address.high), at: now)
    }

    /// Decides about a request that names its key.
    func admit(_ value: Span<UInt8>, at now: Instant) -> RateVerdict {
        admit(key: hash.hash(value), at: now)
    }

    private func admit(key: UInt64, at now: Instant) -> RateVerdict {
        let shard = shards + Int(key >> (64 - Self.shardBits))
        let pace = pace
        let verdict = shard.pointee.withLock { $0.admit(key: key, pace, at: now) }
        return verdict == .admit ? .admit : refuse(verdict)
    }

    private func refuse(_ verdict: RateVerdict) -> RateVerdict {
        refused.add(1, ordering: .relaxed)
        return verdict
    }

    // MARK: For the metrics

    /// Requests refused so far.
    public var refusedCount: Int { refused.load(ordering: .relaxed) }

    /// Requests so far that found no bucket of their own.
    public var crowdedCount: Int {
        var count = 0
        for index in 0..<shardCount {
            count += shards[index].withLock { $0.crowdedCount }
        }
        return count
    }

    /// Keys that have used some of their allowance. Reads the whole table.
    public func busyKeys(at now: Instant) -> Int {
        var count = 0
        for index in 0..<shardCount {
            count += shards[index].withLock { $0.busyCount(at: now) }
        }
        return count
    }
}
