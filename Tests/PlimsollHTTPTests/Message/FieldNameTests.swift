import PlimsollCore
import PlimsollHTTP
import Testing

struct FieldNameTests {
    private func spelling(_ name: FieldName) -> String {
        switch name {
        case .http2Settings: return "http2-settings"
        case .te, .via: return "\(name)"
        case .wwwAuthenticate: return "www-authenticate"
        case .xForwardedSSL: return "x-forwarded-ssl"
        case .xRealIP: return "x-real-ip"
        case .xRequestID: return "x-request-id"
        default:
            return "\(name)".reduce(into: "") { text, letter in
                text += letter.isUppercase ? "-\(letter.lowercased())" : "\(letter)"
            }
        }
    }

    @Test func `every known name is found in any case and only when it is exact`() {
        for name in FieldName.allCases where name != .other {
            let text = spelling(name)
            #expect(FieldName(Array(text.utf8).span) == name, "\(text)")
            #expect(FieldName(Array(text.uppercased().utf8).span) == name, "\(text)")
            #expect(FieldName(Array("\(text)x".utf8).span) == .other, "\(text)")
            #expect(FieldName(Array(text.dropFirst().utf8).span) != name, "\(text)")
            #expect(
                FieldName(Array(text.replacing("-", with: "\r").utf8).span) != name
                    || !text.contains("-"), "\(text)")
            for index in 0..<text.utf8.count {
                for bit in 0..<8 {
                    var bytes = Array(text.utf8)
                    bytes[index] ^= 1 << bit
                    let isSame = ASCII.equalsIgnoringCase(bytes.span, Array(text.utf8).span)
                    #expect((FieldName(bytes.span) == name) == isSame, "\(text) \(index) \(bit)")
                }
            }
        }
    }

    @Test func `a set of names fits in one word`() {
        #expect(FieldName.allCases.count <= 64)
        #expect(FieldName.other.bit == 0)
    }
}
