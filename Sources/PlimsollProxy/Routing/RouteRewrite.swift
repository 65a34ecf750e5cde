import PlimsollConfig
import PlimsollCore

/// Replaces the part of a path that a route matched.
struct RouteRewrite: Sendable {
    private let matchedCount: Int
    private let replacement: [UInt8]

    /// - Parameters:
    ///   - pattern: what the route matches: of an exact path everything is replaced.
    ///   - replacement: begins with a slash; in normal form.
    init(_ pattern: PathPattern, replacement: String) {
        self.replacement = Array(replacement.utf8)
        precondition(self.replacement.first == 0x2F, "a path begins with a slash")
        switch pattern {
        case .exact(let path), .prefix(let path): matchedCount = path.utf8.count
        }
    }

    /// Writes the path that goes upstream, with exactly one slash where the parts meet. What is
    /// in normal form stays so.
    /// - Parameter path: in normal form, and one that the route's pattern takes.
    func write(_ path: Span<UInt8>, into writer: inout ByteWriter) {
        writer.append(replacement)
        guard path.count > matchedCount else { return }
        let rest = path.extracting(matchedCount..<path.count)
        let endsInSlash = replacement[replacement.count - 1] == 0x2F
        if rest[0] == 0x2F {
            writer.append(endsInSlash ? rest.extracting(1..<rest.count) : rest)
        } else {
            if !endsInSlash { writer.append(0x2F) }
            writer.append(rest)
        }
    }
}
