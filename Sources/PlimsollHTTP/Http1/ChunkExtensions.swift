import PlimsollCore

/// Checks the extensions of a chunk byte by byte (RFC 9112, section 7.1.1). They are dropped:
/// nobody may add meaning to them that the next server would read differently.
struct ChunkExtensions: Sendable {
    private enum State: UInt8 {
        /// Before a `;`, after white space or nothing.
        case beforeSemicolon
        case beforeName
        case name
        /// After white space behind a name.
        case afterName
        case beforeValue
        case token
        case quoted
        case escaped
        /// Behind a closing quote.
        case afterQuoted
        /// After white space behind a value.
        case afterValue
    }

    private var state = State.beforeSemicolon

    /// Whether the line may end here. Not after white space, which only a `;` or `=` may follow.
    var mayEnd: Bool {
        state == .name || state == .token || state == .afterQuoted
    }

    /// Takes one byte; the first is the one behind the size. False: the grammar has no such byte
    /// there.
    mutating func take(_ byte: UInt8) -> Bool {
        let isSpace = byte == 0x20 || byte == 0x09
        switch state {
        case .beforeSemicolon, .afterValue:
            if byte == 0x3B { state = .beforeName }
            return byte == 0x3B || isSpace
        case .beforeName:
            if isSpace { return true }
            state = .name
            return ASCII.isToken(byte)
        case .name, .afterName:
            if ASCII.isToken(byte) { return state == .name }
            return takeAfterName(byte, isSpace)
        case .beforeValue:
            if isSpace { return true }
            state = byte == 0x22 ? .quoted : .token
            return byte == 0x22 || ASCII.isToken(byte)
        case .token, .afterQuoted:
            if ASCII.isToken(byte) { return state == .token }
            if byte == 0x3B {
                state = .beforeName
                return true
            }
            state = .afterValue
            return isSpace
        case .quoted:
            if byte == 0x22 {
                state = .afterQuoted
            } else if byte == 0x5C {
                state = .escaped
            }
            return ChunkExtensions.isText(byte)
        case .escaped:
            state = .quoted
            return ChunkExtensions.isText(byte)
        }
    }

    private mutating func takeAfterName(_ byte: UInt8, _ isSpace: Bool) -> Bool {
        if byte == 0x3D {
            state = .beforeValue
        } else if byte == 0x3B {
            state = .beforeName
        } else {
            state = .afterName
            return isSpace
        }
        return true
    }

    private static func isText(_ byte: UInt8) -> Bool {
        byte == 0x09 || (byte >= 0x20 && byte != 0x7F)
    }
}
