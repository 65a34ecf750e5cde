import PlimsollCore

/// What a path says about itself before any route looks at it.
public enum PathForm: Equatable, Sendable {
    /// The path is its own normal form: match and forward its bytes as they are.
    case normal
    /// Another spelling of a path: match and forward what ``TargetRules/normalize(_:into:)``
    /// writes.
    case unnormal
    /// A spelling that an upstream may read as another path than we do: refused, or, where it is
    /// kept, matched and forwarded as ``TargetRules/normalize(_:into:)`` writes it.
    case ambiguous(AmbiguousSpelling)
}

/// Why a path may mean one thing to us and another to an upstream.
public enum AmbiguousSpelling: UInt8, Sendable, CaseIterable {
    /// `\`, raw or as `%5c`: a slash to some servers.
    case backslash
    /// `%2f`: a slash to servers that decode before they split.
    case encodedSlash
    /// `%00`: the end of the path to servers written in C.
    case encodedNull
    /// `%` without two hexadecimal digits after it, `%u002f` included.
    case brokenEscape
    /// A dot segment with parameters, `..;a`: a step upwards to servers that strip parameters.
    case dottedParameters
    /// A character written in more UTF-8 bytes than it needs, `%c0%af` for a slash.
    case overlongCharacter

    /// Whether `ambiguous_paths = "keep"` lets it through: kept byte for byte, with everything
    /// around it in normal form. A broken escape has no reading that could be kept.
    public var canBeKept: Bool { self != .brokenEscape }

    /// What Proxy-Status says of the refusal.
    public var details: StaticString {
        switch self {
        case .backslash: "ambiguous path: backslash"
        case .encodedSlash: "ambiguous path: encoded slash"
        case .encodedNull: "ambiguous path: encoded NUL"
        case .brokenEscape: "ambiguous path: broken percent-encoding"
        case .dottedParameters: "ambiguous path: parameters on a dot segment"
        case .overlongCharacter: "ambiguous path: overlong character"
        }
    }
}

/// The normal form of paths (RFC 3986, section 6.2.2), for matching *and* for forwarding: what a
/// route was chosen by is exactly what the upstream gets, so the two cannot disagree.
///
/// The normal form decodes percent-encoded unreserved characters, writes the digits of other
/// escapes in upper case, resolves `.` and `..` segments (never above the root) and merges
/// repeated slashes. Slashes merge before dots resolve, as nginx does: `/a//../b` is `/b`.
/// Nothing is decoded twice: `%252e` stays, because `%25` is not an unreserved character.
///
/// Only paths that begin with a slash have a normal form; `*` is left as it is. Queries are never
/// looked at.
public enum TargetRules {
    /// Whether the path is in normal form, with one scan when it is, as it nearly always is.
    @inline(__always)
    public static func form(of path: Span<UInt8>) -> PathForm {
        if isPlain(path) { return .normal }
        return formOfUnusual(path)
    }

    /// Whether nothing in the path could possibly be unnormal: no `%`, no `\`, no byte beyond
    /// ASCII, and no slash that is followed by a slash or a dot.
    @usableFromInline
    static func isPlain(_ path: Span<UInt8>) -> Bool {
        path.withUnsafeBytes { bytes in
            let count = bytes.count
            guard count >= 17 else { return isPlainShort(bytes) }
            // Two loads one byte apart see every pair; the last window overlaps the one before.
            var position = 0
            var isPlain = true
            while true {
                let here = bytes.loadUnaligned(fromByteOffset: position, as: SIMD16<UInt8>.self)
                let next = bytes.loadUnaligned(fromByteOffset: position + 1, as: SIMD16<UInt8>.self)
                let lanes = marks(here, next)
                isPlain = isPlain && (lanes.x | lanes.y) == 0
                if position == count &- 17 { break }
                position = Swift.min(position &+ 16, count &- 17)
            }
            return isPlain && !isMark(bytes[count &- 1])
        }
    }

    /// A byte of ones for each mark in `here`, whose bytes are followed by those of `next`.
    ///
    /// Compared with whole vectors: the operators that take a number go lane by lane, and cost a
    /// hundred times as much.
    @inline(__always)
    private static func marks(_ here: SIMD16<UInt8>, _ next: SIMD16<UInt8>) -> SIMD2<UInt64> {
        typealias Bytes = SIMD16<UInt8>
        typealias Marks = SIMDMask<SIMD16<Int8>>
        let high = Bytes(repeating: 0x80)
        let slash = Bytes(repeating: 0x2F)
        let percents: Marks = here .== Bytes(repeating: 0x25)
        let backslashes: Marks = here .== Bytes(repeating: 0x5C)
        let others: Marks = (here & high) .== high
        // A dot and a slash are 0x2E and 0x2F: one comparison finds both.
        let ends: Marks = (next | Bytes(repeating: 1)) .== slash
        let pairs: Marks = (here .== slash) .& ends
        let all: Marks = (percents .| backslashes) .| (others .| pairs)
        return unsafeBitCast(all, to: SIMD2<UInt64>.self)
    }

    @inline(__always)
    private static func isPlainShort(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var isPlain = true
        var previous: UInt8 = 0
        for byte in bytes {
            if isMark(byte) || (previous == 0x2F && byte | 1 == 0x2F) { isPlain = false }
            previous = byte
        }
        return isPlain
    }

    @inline(__always)
    private static func isMark(_ byte: UInt8) -> Bool {
        byte == 0x25 || byte == 0x5C || byte >= 0x80
    }
}
