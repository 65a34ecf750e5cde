import PlimsollConfig
import PlimsollCore
import PlimsollHTTP

/// What a route asks of a request beyond its host and path.
struct RouteConditions: Sendable {
    private struct Header: Sendable {
        let name: [UInt8]
        let known: FieldName
        let condition: HeaderMatch.Condition
        let value: [UInt8]
    }

    /// The known methods it takes, a bit each; 0 for all.
    private let methodBits: UInt16
    /// Methods that are not known by name.
    private let otherMethods: [[UInt8]]
    private let headers: [Header]
    /// Whether it takes requests that came by `https`, and others.
    private let takesSecure: Bool
    private let takesInsecure: Bool
    /// Nothing is asked.
    let isEmpty: Bool
    /// How much is asked: of two routes for one path the more specific is tried first.
    let weight: Int

    init(_ settings: RouteSettings) {
        var bits: UInt16 = 0
        var others: [[UInt8]] = []
        for name in settings.methods {
            let bytes = Array(name.utf8)
            let method = Method(bytes.span)
            if method == .other {
                others.append(bytes)
            } else {
                bits |= 1 << UInt16(method.rawValue)
            }
            if method == .get { bits |= 1 << UInt16(Method.head.rawValue) }
        }
        methodBits = bits
        otherMethods = others
        headers = settings.headers.map { match in
            let name = Array(match.name.utf8)
            var value: [UInt8] = []
            if case .equals(let text) = match.condition { value = Array(text.utf8) }
            return Header(
                name: name, known: FieldName(name.span), condition: match.condition, value: value)
        }
        // A redirect to the scheme that the request came by would lead back to where it came from.
        var soleScheme: String?
        if case .redirect(let answer) = settings.action { soleScheme = answer.soleScheme }
        takesSecure = soleScheme != "https"
        takesInsecure = soleScheme != "http"
        weight =
            settings.headers.count + (settings.methods.isEmpty ? 0 : 1)
            + (soleScheme == nil ? 0 : 1)
        isEmpty = weight == 0
    }

    /// Whether a request is as asked.
    /// - Parameter isSecure: it came by `https`.
    func hold(
        _ head: RequestHead, fields: borrowing FieldList, bytes: Span<UInt8>, isSecure: Bool
    ) -> Bool {
        guard isSecure ? takesSecure : takesInsecure, takesMethod(head, bytes) else { return false }
        for index in headers.indices
        where !RouteConditions.holds(headers[index], fields: fields, bytes: bytes) {
            return false
        }
        return true
    }

    private func takesMethod(_ head: RequestHead, _ bytes: Span<UInt8>) -> Bool {
        if methodBits == 0, otherMethods.isEmpty { return true }
        if head.method != .other { return methodBits >> UInt16(head.method.rawValue) & 1 == 1 }
        for index in otherMethods.indices
        where RouteConditions.isSame(
            bytes.extracting(head.methodRange.indices), otherMethods[index])
        {
            return true
        }
        return false
    }

    private static func holds(
        _ header: Header, fields: borrowing FieldList, bytes: Span<UInt8>
    ) -> Bool {
        var isPresent = false
        for index in 0..<fields.count {
            let field = fields[index]
            guard field.name == header.known,
                field.name != .other
                    || ASCII.equalsIgnoringCase(
                        bytes.extracting(field.nameRange.indices), header.name.span)
            else { continue }
            isPresent = true
            guard case .equals = header.condition else { break }
            if isSame(bytes.extracting(field.valueRange.indices), header.value) { return true }
        }
        switch header.condition {
        case .equals: return false
        case .present: return isPresent
        case .absent: return !isPresent
        }
    }

    private static func isSame(_ bytes: Span<UInt8>, _ expected: [UInt8]) -> Bool {
        guard bytes.count == expected.count else { return false }
        for index in bytes.indices where bytes[index] != expected[index] {
            return false
        }
        return true
    }
}
