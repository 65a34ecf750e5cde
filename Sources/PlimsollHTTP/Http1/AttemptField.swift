import PlimsollCore

/// `X-Attempt`, which tells an upstream that a request is not the first of its kind. Heads are
/// serialised once, for the first attempt, which does not say so; later ones are marked here.
///
/// Unsafe pointers: the caller lends ``byteCount`` bytes of room before the head and `count` bytes
/// of a head that ``HeadWriter`` wrote.
public enum AttemptField {
    /// What a mark adds to a head: `X-Attempt: 2` and the line's end.
    public static var byteCount: Int { 14 }

    /// Attempts that were made before the one of this head: its number less one, 0 to 8. 0 without
    /// the field, and for what is no number.
    public static func attemptsBefore(
        fields: borrowing FieldList, bytes: Span<UInt8>
    ) -> UInt8 {
        guard let index = fields.first(.xAttempt),
            let number = ASCII.decimal(bytes.extracting(fields[index].valueRange.indices))
        else { return 0 }
        return UInt8(min(max(number, 1), 9) - 1)
    }

    /// Marks a head with the number of the attempt that it is about to be sent for.
    ///
    /// The request line moves ``byteCount`` bytes towards lower addresses and the field comes
    /// behind it. A head that is marked already, by us or by a trusted peer, is only given the
    /// greater number.
    ///
    /// - Parameter attempt: 2 or more; beyond 9 it is written as 9.
    /// - Returns: by how many bytes the head now begins earlier: ``byteCount`` or 0.
    public static func mark(
        attempt: Int, head: UnsafeMutableRawPointer, count: Int
    ) -> Int {
        precondition(attempt >= 2, "a first attempt is not marked")
        let digit = 0x30 &+ UInt8(min(attempt, 9))
        let bytes = UnsafeMutableRawBufferPointer(start: head, count: count)
        guard let lineFeed = bytes.firstIndex(of: 0x0A) else {
            preconditionFailure("a head has a request line")
        }
        let line = lineFeed + 1
        if count >= line + byteCount, hasName(bytes, at: line) {
            let place = line + byteCount - 3
            bytes[place] = max(bytes[place], digit)
            return 0
        }
        let start = head - byteCount
        start.copyMemory(from: head, byteCount: line)
        let field = UnsafeMutableRawBufferPointer(start: start + line, count: byteCount)
        let text: StaticString = "X-Attempt: 2\r\n"
        field.copyMemory(
            from: UnsafeRawBufferPointer(start: text.utf8Start, count: byteCount))
        field[byteCount - 3] = digit
        return byteCount
    }

    private static func hasName(_ bytes: UnsafeMutableRawBufferPointer, at line: Int) -> Bool {
        let text: StaticString = "X-Attempt: "
        for index in 0..<text.utf8CodeUnitCount
        where bytes[line + index] != text.utf8Start[index] {
            return false
        }
        return bytes[line + byteCount - 2] == 0x0D
    }
}
