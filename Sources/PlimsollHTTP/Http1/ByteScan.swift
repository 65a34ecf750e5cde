import PlimsollCore

/// Looks for bytes of a class, sixteen at a time.
///
/// Unsafe loads: `find` reads whole vectors only where sixteen bytes are left, and the last ones
/// through a vector that ends where the bytes end.
enum ByteScan {
    typealias Bytes = SIMD16<UInt8>
    typealias Hits = SIMDMask<SIMD16<Int8>>
    typealias Pairs = SIMD8<UInt16>

    /// The first control byte but HTAB, at or after `start`; the number of bytes if there is none.
    @inline(__always)
    static func control(_ bytes: RawSpan, from start: Int) -> Int {
        find(bytes, from: start) { isControl($0) }
    }

    /// The first colon, or control byte but HTAB, at or after `start`, or the number of bytes.
    @inline(__always)
    static func colonOrControl(_ bytes: RawSpan, from start: Int) -> Int {
        find(bytes, from: start) { isControl($0) .| ($0 .== all(0x3A)) }
    }

    /// The first byte that no target may hold, or `?`, at or after `start`, or the number of
    /// bytes. A target holds visible ASCII without `#`: no more is said here, because clients send
    /// `|`, `{` and the like unescaped.
    @inline(__always)
    static func queryOrTargetEnd(_ bytes: RawSpan, from start: Int) -> Int {
        find(bytes, from: start) { isOutsideTarget($0) .| ($0 .== all(0x3F)) }
    }

    /// The first byte that no target may hold at or after `start`, or the number of bytes.
    @inline(__always)
    static func targetEnd(_ bytes: RawSpan, from start: Int) -> Int {
        find(bytes, from: start) { isOutsideTarget($0) }
    }

    /// The first byte other than a letter, a digit, `-`, `.`, `_` or `~`, at or after `start`.
    @inline(__always)
    static func hostNameEnd(_ bytes: RawSpan, from start: Int) -> Int {
        find(bytes, from: start) { bytes in
            .!(isAlphanumeric(bytes) .| (bytes .== all(0x2D)) .| (bytes .== all(0x2E))
                .| (bytes .== all(0x5F)) .| (bytes .== all(0x7E)))
        }
    }

    /// The first `j` in either case at or after `start`, or the number of bytes.
    @inline(__always)
    static func letterJ(_ bytes: RawSpan, from start: Int) -> Int {
        find(bytes, from: start) { ($0 | 0x20) .== all(0x6A) }
    }

    /// Whether all bytes of a range, which lies within the bytes, may be in a token.
    @inline(__always)
    static func areTokens(_ bytes: RawSpan, from start: Int, to end: Int) -> Bool {
        // Nearly every name consists of these; the first other byte goes through the full table.
        var position = find(bytes, from: start) {
            .!(isAlphanumeric($0) .| ($0 .== all(0x2D)) .| ($0 .== all(0x5F)))
        }
        while position < end {
            guard ASCII.isToken(byte(bytes, position)) else { return false }
            position &+= 1
        }
        return true
    }

    /// A vector to compare with. The operators that compare with a number go through the lanes one
    /// by one, which is fifty times slower.
    @inline(__always)
    private static func all(_ byte: UInt8) -> Bytes {
        Bytes(repeating: byte)
    }

    /// One byte before a position that a search returned.
    @inline(__always)
    static func byteBefore(_ bytes: RawSpan, _ position: Int) -> UInt8 {
        bytes.unsafeLoad(fromUncheckedByteOffset: position &- 1, as: UInt8.self)
    }

    /// One byte at a position within the bytes, which is checked.
    @inline(__always)
    static func byte(_ bytes: RawSpan, _ position: Int) -> UInt8 {
        bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
    }

    /// Two bytes, the first one low, at a position that a search returned or that lies before one.
    @inline(__always)
    static func pair(_ bytes: RawSpan, _ position: Int) -> UInt16 {
        UInt16(
            littleEndian: bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: position, as: UInt16.self))
    }

    @inline(__always)
    private static func isControl(_ bytes: Bytes) -> Hits {
        ((bytes .< all(0x20)) .& (bytes .!= all(0x09))) .| (bytes .== all(0x7F))
    }

    @inline(__always)
    private static func isOutsideTarget(_ bytes: Bytes) -> Hits {
        ((bytes &- 0x21) .> all(0x5D)) .| (bytes .== all(0x23))
    }

    @inline(__always)
    private static func isAlphanumeric(_ bytes: Bytes) -> Hits {
        (((bytes | 0x20) &- 0x61) .< all(26)) .| ((bytes &- 0x30) .< all(10))
    }

    /// The first byte that is a hit at or after `start`, or the number of bytes.
    @inline(__always)
    private static func find(_ bytes: RawSpan, from start: Int, _ hits: (Bytes) -> Hits) -> Int {
        let count = bytes.byteCount
        guard count >= 16 else { return findFew(bytes, from: start, hits) }
        var position = start
        while position <= count &- 16 {
            let found = marks(hits(load(bytes, position)))
            if found != 0 { return position &+ found.trailingZeroBitCount &>> 2 }
            position &+= 16
        }
        // The last sixteen bytes, without those that were passed already.
        let passed = UInt64(truncatingIfNeeded: position &- (count &- 16))
        let found = marks(hits(load(bytes, count &- 16))) >> (passed &* 4)
        return found == 0 ? count : position &+ found.trailingZeroBitCount &>> 2
    }

    /// As `find`, in fewer than sixteen bytes.
    @inline(never)
    private static func findFew(
        _ bytes: RawSpan, from start: Int, _ hits: (Bytes) -> Hits
    ) -> Int {
        guard start < bytes.byteCount else { return bytes.byteCount }
        var some = Bytes(repeating: 0)
        for position in start..<bytes.byteCount {
            some[position &- start] = byte(bytes, position)
        }
        let found = hits(some)
        for position in start..<bytes.byteCount where found[position &- start] {
            return position
        }
        return bytes.byteCount
    }

    @inline(__always)
    private static func load(_ bytes: RawSpan, _ position: Int) -> Bytes {
        bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: Bytes.self)
    }

    /// Four ones for each hit: SSE2 without a way to spell its movemask.
    @inline(__always)
    private static func marks(_ hits: Hits) -> UInt64 {
        packed(unsafeBitCast(hits, to: Pairs.self) & Pairs(repeating: 0x0FF0))
    }

    /// Half of each byte, one after the other: the high half of an even one, the low half of an
    /// odd one. The other halves are 0.
    @inline(__always)
    private static func packed(_ halves: Pairs) -> UInt64 {
        let shifted = halves &>> Pairs(repeating: 4)
        return unsafeBitCast(SIMD8<UInt8>(truncatingIfNeeded: shifted), to: UInt64.self)
    }
}

/// What a field line is read by: where its name, its value and itself end.
extension ByteScan {
    /// The bits of ``lineMarks(_:at:)`` that are about line ends.
    static var endBits: UInt64 { 0x1111_1111_1111_1111 }

    /// Marks for the sixteen bytes at `position`, which must all be there: four bits a byte, the
    /// first byte lowest. Bit 0: it is a control byte, or one beyond ASCII, which is cheaper to
    /// find than to tell apart: whoever meets something other than a CR looks again. Bit 1: it is
    /// a colon.
    @inline(__always)
    static func lineMarks(_ bytes: RawSpan, at position: Int) -> UInt64 {
        let bytes = load(bytes, position)
        let ends = unsafeBitCast(suspects(bytes), to: Pairs.self) & Pairs(repeating: 0x0110)
        let colons = unsafeBitCast(bytes .== all(0x3A), to: Pairs.self)
        return packed(ends | (colons & Pairs(repeating: 0x0220)))
    }

    /// Marks as ``lineMarks(_:at:)``, but four ones for a line end and nothing for a colon.
    @inline(__always)
    static func endMarks(_ bytes: RawSpan, at position: Int) -> UInt64 {
        marks(suspects(load(bytes, position)))
    }

    /// Everything below 0x20, DEL, and what has its high bit set.
    @inline(__always)
    private static func suspects(_ bytes: Bytes) -> Hits {
        let signed = unsafeBitCast(bytes &+ all(1), to: SIMD16<Int8>.self)
        return signed .< SIMD16<Int8>(repeating: 0x21)
    }
}
