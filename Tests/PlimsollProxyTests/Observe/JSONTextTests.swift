import PlimsollCore
import Testing

@testable import PlimsollProxy

/// What JSON makes of bytes from outside.
struct JSONTextTests {
    private func escaped(_ bytes: [UInt8]) -> String {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 1)
        defer { room.deallocate() }
        var writer = ByteWriter(room)
        bytes.withUnsafeBytes { writer.append(json: $0) }
        let overflowed = writer.overflowed
        #expect(!overflowed)
        return writer.withWritten { span in
            String(decoding: (0..<span.count).map { span[$0] }, as: UTF8.self)
        }
    }

    @Test(arguments: [
        ("", ""), ("/plain?a=b&c", "/plain?a=b&c"), ("a\"b", "a\\\"b"), ("a\\b", "a\\\\b"),
        ("\r\n\t", "\\r\\n\\t"), ("\u{0}\u{1B}\u{7F}", "\\u0000\\u001b\\u007f"),
        ("grüße", "grüße"), ("€", "€"), ("😀", "😀"), ("\u{85}", "\\u00c2\\u0085"),
        ("\u{A0}", "\u{A0}"), ("\u{FFFF}", "\u{FFFF}"), ("\u{10FFFF}", "\u{10FFFF}"),
    ])
    func `text`(_ text: String, _ expected: String) {
        #expect(escaped(Array(text.utf8)) == expected)
    }

    @Test(
        arguments: [
            ([0xFF], "\\u00ff"), ([0x80], "\\u0080"), ([0xC3], "\\u00c3"),
            ([0xC3, 0x22], "\\u00c3\\\""), ([0xC0, 0xAF], "\\u00c0\\u00af"),
            ([0xE2, 0x82], "\\u00e2\\u0082"), ([0xE2, 0x82, 0x41], "\\u00e2\\u0082A"),
            ([0xE0, 0x80, 0xAF], "\\u00e0\\u0080\\u00af"),
            ([0xED, 0xA0, 0x80], "\\u00ed\\u00a0\\u0080"),
            ([0xF4, 0x90, 0x80, 0x80], "\\u00f4\\u0090\\u0080\\u0080"),
            ([0xF0, 0x8F, 0xBF, 0xBF], "\\u00f0\\u008f\\u00bf\\u00bf"),
            ([0x41, 0xFE, 0x42], "A\\u00feB"),
        ] as [([UInt8], String)])
    func `bytes that are not text`(_ bytes: [UInt8], _ expected: String) {
        #expect(escaped(bytes) == expected)
    }

    @Test func `whatever comes in, one line of valid text comes out`() {
        var random = RandomSource(seed: 7)
        for _ in 0..<2_000 {
            let bytes = (0..<random.next(below: 24)).map { _ in UInt8(random.next(below: 256)) }
            let text = escaped(bytes)
            #expect(!text.contains("\u{FFFD}") || bytes.contains(0xBF))
            #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        }
    }

    @Test func `seconds have six decimals`() {
        for (nanoseconds, expected) in [
            (0, "0.000000"), (999, "0.000000"), (1_000, "0.000001"), (1_234_567_890, "1.234567"),
            (60_000_000_000, "60.000000"), (-1, "0.000000"),
        ] as [(Int64, String)] {
            let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 32, alignment: 1)
            defer { room.deallocate() }
            var writer = ByteWriter(room)
            writer.append(secondsFrom: nanoseconds)
            let text = writer.withWritten { span in
                String(decoding: (0..<span.count).map { span[$0] }, as: UTF8.self)
            }
            #expect(text == expected)
        }
    }
}
