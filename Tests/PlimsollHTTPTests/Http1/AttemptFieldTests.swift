import PlimsollHTTP
import Testing

struct AttemptFieldTests {
    private func mark(_ head: String, attempts: [Int]) -> String {
        let room = AttemptField.byteCount
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: room + head.utf8.count, alignment: 1)
        defer { memory.deallocate() }
        memory[room...].copyBytes(from: Array(head.utf8))
        var start = room
        for attempt in attempts {
            start -= AttemptField.mark(
                attempt: attempt, head: memory.baseAddress! + start, count: memory.count - start)
        }
        return String(decoding: memory[start...], as: UTF8.self)
    }

    @Test func `a later attempt is marked behind the request line`() {
        #expect(
            mark("GET / HTTP/1.1\r\nHost: h\r\n\r\n", attempts: [2])
                == "GET / HTTP/1.1\r\nX-Attempt: 2\r\nHost: h\r\n\r\n")
    }

    @Test func `a mark is raised and never doubled`() {
        let head = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
        #expect(mark(head, attempts: [2, 3]) == mark(head, attempts: [3]))
        #expect(mark(head, attempts: [2, 12]) == mark(head, attempts: [9]))
        let marked = "GET / HTTP/1.1\r\nX-Attempt: 5\r\nHost: h\r\n\r\n"
        #expect(mark(marked, attempts: [2]) == marked)
    }

    @Test func `a mark from the writer is where it is looked for`() {
        let lines = WrittenHead.request(
            ["GET / HTTP/1.1", "Host: h", "X-A: 1", "X-Attempt: 2"],
            peer: WrittenHead.peer(isTrusted: true))
        #expect(lines[1] == "X-Attempt: 2")
        #expect(lines.values("x-attempt") == ["2"])
        let odd = WrittenHead.request(
            ["GET / HTTP/1.1", "Host: h", "X-Attempt: 22"],
            peer: WrittenHead.peer(isTrusted: true))
        #expect(odd.values("x-attempt") == [])
    }
}
