import PlimsollCore

/// Buckets for keys that nobody lists beforehand: a fixed number of places, whatever comes.
///
/// A key is known by its hash alone, which must be keyed (``KeyedHash``): two keys share a bucket
/// once in 2^64. It has sixteen places to be in, eight by each half of its hash, so that hardly
/// any is missing before nine tenths are taken. A bucket that is full again is as good as none:
/// such places are given away first. Where none is left, a key that is not known is *crowded*: it
/// shares one bucket with all others like it. So however many keys somebody invents, they let
/// through no more than the table has places.
///
/// Unsafe pointers: `entries` has `setCount` times eight places, all initialised, from `init` to
/// `deinit`; positions are masked.
public struct RateTable: ~Copyable {
    private struct Entry: BitwiseCopyable {
        var key: UInt64 = 0
        var bucket = RateBucket()
    }

    private let entries: UnsafeMutablePointer<Entry>
    private let setMask: UInt64
    /// The bucket of those who found no place.
    private var crowd = RateBucket()
    /// Requests that found no place for their key.
    public private(set) var crowdedCount = 0

    private static var placesPerSet: Int { 8 }
    /// Bytes that a place takes.
    public static var bytesPerKey: Int { MemoryLayout<Entry>.stride }

    /// Places for at least so many keys: the next power of 2, at least 16.
    public static func places(for keys: Int) -> Int {
        var places = 2 * placesPerSet
        while places < keys {
            places *= 2
        }
        return places
    }

    /// - Parameter keys: at least 1; see ``places(for:)``.
    public init(keys: Int) {
        let places = Self.places(for: keys)
        entries = .allocate(capacity: places)
        entries.initialize(repeating: Entry(), count: places)
        setMask = UInt64(places / Self.placesPerSet - 1)
    }

    deinit {
        entries.deallocate()
    }

    /// Places in all.
    public var capacity: Int { Int(setMask + 1) * Self.placesPerSet }

    /// Decides about a request of a key.
    public mutating func admit(key: UInt64, _ pace: RatePace, at now: Instant) -> RateVerdict {
        let first = set(key), second = set(key >> 32)
        var oldest = first
        for place in 0..<Self.placesPerSet {
            if first[place].key == key { return pace.admit(&first[place].bucket, at: now) }
            if second[place].key == key { return pace.admit(&second[place].bucket, at: now) }
            if first[place].bucket.fullAt < oldest.pointee.bucket.fullAt { oldest = first + place }
            if second[place].bucket.fullAt < oldest.pointee.bucket.fullAt {
                oldest = second + place
            }
        }
        guard RatePace.isFull(oldest.pointee.bucket.fullAt, at: now) else {
            crowdedCount += 1
            return pace.admit(&crowd, at: now)
        }
        oldest.pointee = Entry(key: key)
        return pace.admit(&oldest.pointee.bucket, at: now)
    }

    /// Keys that have used some of their allowance.
    public func busyCount(at now: Instant) -> Int {
        var count = 0
        for place in 0..<capacity where !RatePace.isFull(entries[place].bucket.fullAt, at: now) {
            count += 1
        }
        return count
    }

    private func set(_ bits: UInt64) -> UnsafeMutablePointer<Entry> {
        entries + Int(bits & setMask) * Self.placesPerSet
    }
}
