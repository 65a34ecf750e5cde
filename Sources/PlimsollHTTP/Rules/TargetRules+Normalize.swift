import PlimsollCore

/// The slow road of ``TargetRules``: paths with something unusual in them.
extension TargetRules {
    /// Looks at every character. Ambiguity wins over being merely unnormal, and of ambiguous
    /// spellings the first, unless a later one cannot be kept.
    @inline(never)
    @usableFromInline
    static func formOfUnusual(_ path: Span<UInt8>) -> PathForm {
        guard path.count > 0, path[0] == slash else { return .normal }
        var isNormal = true
        var found: AmbiguousSpelling?
        var position = 0
        while position < path.count {
            switch character(path, at: position) {
            case .ambiguous(let spelling):
                guard spelling.canBeKept else { return .ambiguous(spelling) }
                if found == nil { found = spelling }
                position += escaped(path, at: position) == nil ? 1 : 3
            case .escape(let isUpperCase):
                if !isUpperCase { isNormal = false }
                position += 3
            case .plain(let byte, let width):
                position += width
                if width == 3 { isNormal = false }
                guard byte == slash else { continue }
                if position < path.count, path[position] == slash { isNormal = false }
                switch dots(path, at: position) {
                case .none: break
                case .one, .two: isNormal = false
                case .parameters: if found == nil { found = .dottedParameters }
                }
            }
        }
        if let found { return .ambiguous(found) }
        return isNormal ? .normal : .unnormal
    }

    /// Writes the normal form of a path that begins with a slash. Ambiguous spellings stay
    /// what they are: whoever calls this on them has decided to keep them.
    ///
    /// Needs as much room as `path` has bytes. Should the room be less, the writer says so by
    /// ``ByteWriter/overflowed``.
    @inline(never)
    public static func normalize(_ path: Span<UInt8>, into writer: inout ByteWriter) {
        let start = writer.count
        var position = 0
        while position < path.count {
            switch character(path, at: position) {
            case .plain(let byte, let width):
                position += width
                guard byte == slash else {
                    writer.append(byte)
                    continue
                }
                while position < path.count, path[position] == slash { position += 1 }
                position = resolveDots(path, at: position, segmentsFrom: start, into: &writer)
            case .escape:
                writer.append(path[position])
                writer.append(upperCase(path[position + 1]))
                writer.append(upperCase(path[position + 2]))
                position += 3
            case .ambiguous:
                let isEscape = escaped(path, at: position) != nil
                writer.append(path[position])
                if isEscape {
                    writer.append(upperCase(path[position + 1]))
                    writer.append(upperCase(path[position + 2]))
                }
                position += isEscape ? 3 : 1
            }
        }
    }

    /// After a slash at `position - 1`: skips dot segments, taking written segments back for `..`,
    /// then writes the slash. Returns where reading goes on.
    private static func resolveDots(
        _ path: Span<UInt8>, at position: Int, segmentsFrom start: Int,
        into writer: inout ByteWriter
    ) -> Int {
        var position = position
        while true {
            let length: Int
            switch dots(path, at: position) {
            case .none, .parameters:
                writer.append(slash)
                return position
            case .one(let bytes): length = bytes
            case .two(let bytes):
                length = bytes
                writer.truncate(to: writer.lastPosition(of: slash, from: start) ?? start)
            }
            position += length
            // A path that ends in a dot segment names a directory: its slash stays.
            while position < path.count, path[position] == slash { position += 1 }
        }
    }

    private enum Character {
        /// A byte that stands for itself, written in one byte or, as an escape, in three.
        case plain(UInt8, width: Int)
        /// An escape that must stay one.
        case escape(isUpperCase: Bool)
        case ambiguous(AmbiguousSpelling)
    }

    private static func character(_ path: Span<UInt8>, at position: Int) -> Character {
        let byte = path[position]
        if byte == backslash { return .ambiguous(.backslash) }
        if byte >= 0x80 {
            return isOverlong(path, at: position)
                ? .ambiguous(.overlongCharacter) : .plain(byte, width: 1)
        }
        guard byte == percent else { return .plain(byte, width: 1) }
        guard let value = escaped(path, at: position) else { return .ambiguous(.brokenEscape) }
        switch value {
        case slash: return .ambiguous(.encodedSlash)
        case backslash: return .ambiguous(.backslash)
        case 0: return .ambiguous(.encodedNull)
        default: break
        }
        if isUnreserved(value) { return .plain(value, width: 3) }
        if value >= 0x80, isOverlong(path, at: position) { return .ambiguous(.overlongCharacter) }
        let isUpperCase = path[position + 1] < 0x61 && path[position + 2] < 0x61
        return .escape(isUpperCase: isUpperCase)
    }

    /// What stands between a slash and the end of its segment, when it is dots.
    private enum Dots {
        case none
        /// `.` in any spelling, with the bytes it takes.
        case one(bytes: Int)
        /// `..` in any spelling, with the bytes it takes.
        case two(bytes: Int)
        /// Dots and then `;` or `%3b`.
        case parameters
    }

    private static func dots(_ path: Span<UInt8>, at start: Int) -> Dots {
        var position = start
        var count = 0
        while count < 3, let width = dotWidth(path, at: position) {
            position += width
            count += 1
        }
        guard count == 1 || count == 2 else { return .none }
        if position == path.count || path[position] == slash {
            return count == 1 ? .one(bytes: position - start) : .two(bytes: position - start)
        }
        if path[position] == semicolon || escaped(path, at: position) == semicolon {
            return .parameters
        }
        return .none
    }

    private static func dotWidth(_ path: Span<UInt8>, at position: Int) -> Int? {
        guard position < path.count else { return nil }
        if path[position] == dot { return 1 }
        return escaped(path, at: position) == dot ? 3 : nil
    }

    /// The byte that `%XX` at `position` stands for, or nil when that is not what stands there.
    private static func escaped(_ path: Span<UInt8>, at position: Int) -> UInt8? {
        guard position + 2 < path.count, path[position] == percent,
            let high = digit(path[position + 1]), let low = digit(path[position + 2])
        else { return nil }
        return high << 4 | low
    }

    /// Whether the character that begins at `position`, raw or escaped, takes more bytes than it
    /// needs: C0 and C1 with anything, E0 with less than A0, F0 with less than 90 (RFC 3629).
    private static func isOverlong(_ path: Span<UInt8>, at position: Int) -> Bool {
        let first = escaped(path, at: position) ?? path[position]
        let width = path[position] == percent ? 3 : 1
        let rest = position + width
        guard rest < path.count else { return false }
        let second = escaped(path, at: rest) ?? path[rest]
        switch first {
        case 0xC0, 0xC1: return second >= 0x80 && second < 0xC0
        case 0xE0: return second >= 0x80 && second < 0xA0
        case 0xF0: return second >= 0x80 && second < 0x90
        default: return false
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte &- 0x30
        case 0x41...0x46: byte &- 0x37
        case 0x61...0x66: byte &- 0x57
        default: nil
        }
    }

    private static func upperCase(_ byte: UInt8) -> UInt8 {
        byte >= 0x61 && byte <= 0x7A ? byte & 0xDF : byte
    }

    /// Letters, digits, `-`, `.`, `_`, `~` (RFC 3986, section 2.3).
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    private static var slash: UInt8 { 0x2F }
    private static var backslash: UInt8 { 0x5C }
    private static var percent: UInt8 { 0x25 }
    private static var dot: UInt8 { 0x2E }
    private static var semicolon: UInt8 { 0x3B }
}
