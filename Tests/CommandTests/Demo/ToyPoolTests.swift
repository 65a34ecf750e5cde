import PlimsollCore
import Testing

@testable import plimsoll

@Suite struct ToyPoolTests {
    private func request(_ index: UInt32) -> Handle { Handle(index: index, generation: 0) }

    @Test func `as many as there are workers are worked on, the others wait in order`() {
        var pool = ToyPool(slots: 2)
        let begun = (0..<4).map { pool.enter(request($0)) }
        #expect(begun == [true, true, false, false])
        #expect(pool.insideMaximum == 4)
        let next = pool.leave()
        let last = pool.leave()
        let none = pool.leave()
        #expect([next, last, none] == [request(2), request(3), nil])
        #expect(pool.inside == 1)
        pool.forgetMaximum()
        #expect(pool.insideMaximum == 1)
    }

    @Test func `the end of a head is found however it is cut`() {
        let text = Array("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n".utf8)
        for cut in 0...text.count {
            var connection = ServiceConnection(service: .payments, descriptor: -1)
            let first = text[..<cut].withUnsafeBytes { connection.read($0) }
            #expect(first == (cut == text.count))
            guard cut < text.count else { continue }
            let second = text[cut...].withUnsafeBytes { connection.read($0) }
            #expect(second)
        }
    }
}
