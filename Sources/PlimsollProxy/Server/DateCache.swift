import PlimsollCore

/// The time for Date fields, written once a second.
struct DateCache: ~Copyable {
    private var bytes = InlineArray<29, UInt8>(repeating: 0x20)
    private var validUntil = Instant(nanoseconds: .min)
    private let wallNow: @Sendable () -> WallTime

    init(wallNow: @escaping @Sendable () -> WallTime) {
        self.wallNow = wallNow
    }

    /// The time as an IMF-fixdate.
    var text: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { bytes.span }
    }

    /// Writes the time anew when its second is over.
    @inline(__always)
    mutating func refresh(at now: Instant) {
        if now >= validUntil {
            write(at: now)
        }
    }

    private mutating func write(at now: Instant) {
        let wall = wallNow()
        var span = bytes.mutableSpan
        span.withUnsafeMutableBytes { memory in
            var writer = ByteWriter(memory)
            wall.writeFixdate(into: &writer)
        }
        validUntil = now.advanced(byNanoseconds: 1_000_000_000 - Int64(wall.nanoseconds))
    }
}
