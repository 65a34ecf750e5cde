import PlimsollCore

/// Compares bytes with words of the protocol, eight at a time, when case does not matter.
///
/// Unsafe loads: whoever asks has checked that as many bytes as the text has lie at `start`.
enum KnownText {
    /// Whether the bytes at `start` are this text in whatever case.
    /// - Parameter known: lower-case letters, digits, hyphens and slashes. A literal: everything
    ///   about it is then computed by the compiler.
    @inline(__always)
    static func isAt(_ start: Int, _ bytes: RawSpan, _ known: StaticString) -> Bool {
        let count = known.utf8CodeUnitCount
        let text = UnsafeRawPointer(known.utf8Start)
        if count >= 8 {
            var offset = 0
            while offset <= count &- 8 {
                guard isSame(bytes, start, text, offset, UInt64.self) else { return false }
                offset &+= 8
            }
            return offset == count || isSame(bytes, start, text, count &- 8, UInt64.self)
        }
        if count >= 4 {
            return isSame(bytes, start, text, 0, UInt32.self)
                && isSame(bytes, start, text, count &- 4, UInt32.self)
        }
        for offset in 0..<count where !isSame(bytes, start, text, offset, UInt8.self) {
            return false
        }
        return true
    }

    /// Lowers only where the known text has a letter: those alone have bit 6 set, and what is
    /// lowered by setting bit 5 is then a letter as well. A CR (0x0D) is never taken for a hyphen.
    @inline(__always)
    private static func isSame<Word: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: RawSpan, _ start: Int, _ text: UnsafeRawPointer, _ offset: Int, _ word: Word.Type
    ) -> Bool {
        let expected = text.loadUnaligned(fromByteOffset: offset, as: word)
        let bitSix = Word(truncatingIfNeeded: 0x4040_4040_4040_4040 as UInt64)
        let received = bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: start &+ offset, as: word)
        return received | ((expected & bitSix) &>> 1) == expected
    }
}
