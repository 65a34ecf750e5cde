import PlimsollCore
import Testing

private func written(capacity: Int, _ write: (inout ByteWriter) -> Void) -> (String, Bool) {
    var memory = [UInt8](repeating: 0, count: capacity)
    return memory.withUnsafeMutableBytes { bytes in
        var writer = ByteWriter(bytes)
        write(&writer)
        return (String(decoding: bytes[..<writer.count], as: UTF8.self), writer.overflowed)
    }
}

@Suite struct ByteWriterTests {
    @Test func `appends bytes, texts and numbers in order`() {
        let (text, overflowed) = written(capacity: 64) { writer in
            writer.append("a=")
            writer.append(decimal: 0)
            writer.append(0x2C)
            writer.append(decimal: .max)
            writer.append([0x2C])
            writer.append(hexadecimal: 0)
            writer.append(hexadecimal: 0x1AF)
            writer.append(Array("!".utf8).span)
        }
        #expect(text == "a=0,18446744073709551615,01af!")
        #expect(!overflowed)
    }

    @Test(arguments: [UInt64(9), 10, 99, 100, 12_345])
    func `a number fits exactly or not at all`(number: UInt64) {
        let digits = String(number).utf8.count
        let exact = written(capacity: digits) { $0.append(decimal: number) }
        #expect(exact.0 == String(number))
        #expect(!exact.1)
        let tight = written(capacity: digits) {
            $0.append(0x20)
            $0.append(decimal: number)
        }
        #expect(tight.0 == " ")
        #expect(tight.1)
    }

    @Test func `overflow is remembered and writes nothing beyond the end`() {
        let (text, overflowed) = written(capacity: 3) { writer in
            writer.append("abcd")
            writer.append("ab")
            writer.append(0x63)
            writer.append(0x64)
        }
        #expect(text == "abc")
        #expect(overflowed)
    }
}
