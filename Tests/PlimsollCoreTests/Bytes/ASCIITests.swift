import PlimsollCore
import Testing

@Suite struct ASCIITests {
    @Test func `token bytes are those of RFC 9110`() {
        let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        let token = Set("!#$%&'*+-.^_`|~0123456789\(letters)".utf8)
        for byte in UInt8.min...UInt8.max {
            #expect(ASCII.isToken(byte) == token.contains(byte))
        }
    }

    @Test func `case goes for letters only`() {
        for byte in UInt8.min...UInt8.max {
            let isUpper = byte >= 0x41 && byte <= 0x5A
            #expect(ASCII.lowered(byte) == (isUpper ? byte + 32 : byte))
            #expect(ASCII.isLetter(byte) == (isUpper || (byte >= 0x61 && byte <= 0x7A)))
            #expect(ASCII.isDigit(byte) == (byte >= 0x30 && byte <= 0x39))
        }
        let (left, right) = (Array("Keep-[Alive".utf8), Array("kEEP-[aLIVE".utf8))
        let claims = [
            ASCII.equalsIgnoringCase(left.span, right.span),
            ASCII.equalsIgnoringCase(left.span, lowerCase: "keep-[alive"),
            ASCII.equalsIgnoringCase(left.span, lowerCase: "keep-{alive"),
            ASCII.equalsIgnoringCase(left.span, lowerCase: "keep-[aliv"),
            ASCII.equals(left.span, "Keep-[Alive"),
            ASCII.equals(left.span, "keep-[alive"),
        ]
        #expect(claims == [true, true, false, false, true, false])
    }

    @Test(arguments: [
        ("0", 0), ("7", 7), ("007", 7), ("9223372036854775807", Int64.max),
        ("9223372036854775808", nil), ("99999999999999999999", nil), ("", nil), ("+1", nil),
        ("-1", nil), ("1 ", nil), ("0x1", nil), ("1,1", nil),
    ])
    func `decimal digits and nothing else are a number`(text: String, value: Int64?) {
        let bytes = Array(text.utf8)
        let number = ASCII.decimal(bytes.span)
        #expect(number == value)
    }

    @Test(arguments: [
        ("0", 0), ("fF", 255), ("7fffffffffffffff", Int64.max), ("8000000000000000", nil),
        ("10000000000000000", nil), ("00000000000000000001", 1), ("", nil), ("0x1", nil),
        ("g", nil), ("@", nil), ("`", nil),
    ])
    func `hexadecimal digits and nothing else are a number`(text: String, value: Int64?) {
        let bytes = Array(text.utf8)
        let number = ASCII.hexadecimal(bytes.span)
        #expect(number == value)
    }

    @Test func `lowers in place`() {
        var bytes = Array("X-Äb[".utf8)
        var span = bytes.mutableSpan
        ASCII.lower(&span)
        #expect(bytes == Array("x-Äb[".utf8))
    }

    @Test func `a range knows its end and moves`() {
        let range = ByteRange(from: 3, to: 8)
        #expect(range == ByteRange(start: 3, count: 5))
        #expect(range.end == 8)
        #expect(range.indices == 3..<8)
        #expect(range.moved(by: 2).indices == 5..<10)
        #expect(ByteRange.empty.isEmpty)
    }
}
