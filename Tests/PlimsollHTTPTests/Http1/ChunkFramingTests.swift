import PlimsollCore
import PlimsollHTTP
import Testing

struct ChunkFramingTests {
    @Test(arguments: [1, 9, 10, 15, 16, 255, 256, 65_536, Int.max])
    func `a size line ends where the data begins`(_ count: Int) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 32, alignment: 16)
        defer { memory.deallocate() }
        let written = ChunkFraming.writeSizeLine(
            count: count, endingAt: memory.baseAddress! + ChunkFraming.headBytesMaximum)
        let line = memory[
            (ChunkFraming.headBytesMaximum - written)..<ChunkFraming.headBytesMaximum]
        #expect(String(decoding: line, as: UTF8.self) == String(count, radix: 16) + "\r\n")
        #expect(written <= ChunkFraming.headBytesMaximum)
    }

    @Test func `what is written is decoded`() {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 16)
        defer { memory.deallocate() }
        let data = memory.baseAddress! + ChunkFraming.headBytesMaximum
        data.copyMemory(from: Array("hello".utf8), byteCount: 5)
        let before = ChunkFraming.writeSizeLine(count: 5, endingAt: data)
        ChunkFraming.writeChunkEnd(at: data + 5)
        let chunk = Array(
            UnsafeRawBufferPointer(
                start: data - before, count: before + 5 + ChunkFraming.tailBytes))
        let end = TestText.written {
            ChunkFraming.appendBodyEnd(trailers: Array("A: b\r\n".utf8), to: &$0)
        }
        let feed = BodyFeed.decode(chunk + Array(end.utf8), .chunked)
        #expect(feed.text == "hello")
        #expect(feed.trailers == "A: b\r\n")
        #expect(feed.isComplete)
    }
}
