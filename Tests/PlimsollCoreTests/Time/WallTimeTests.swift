import PlimsollCore
import Testing

private func text(_ write: (inout ByteWriter) -> Void) -> String {
    var memory = [UInt8](repeating: 0, count: 64)
    return memory.withUnsafeMutableBytes { bytes in
        var writer = ByteWriter(bytes)
        write(&writer)
        return String(decoding: bytes[..<writer.count], as: UTF8.self)
    }
}

@Suite struct WallTimeTests {
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    ])
    func `writes the date of a Date field`(seconds: Int64, expected: String) {
        let time = WallTime(seconds: seconds, nanoseconds: 0)
        #expect(text { time.writeFixdate(into: &$0) } == expected)
        #expect(expected.utf8.count == WallTime.fixdateBytes)
    }

    @Test func `writes a timestamp with microseconds cut off`() {
        let time = WallTime(seconds: 784_111_777, nanoseconds: 12_345_999)
        #expect(text { time.writeTimestamp(into: &$0) } == "1994-11-06T08:49:37.012345Z")
        #expect(WallTime.timestampBytes == 27)
    }
}
