import PlimsollCore
import Testing

@Suite struct RingBufferTests {
    @Test func `keeps the order while it grows and wraps`() {
        var ring = RingBuffer<Int>(capacity: 1)
        var (next, expected) = (0, 0)
        var random = RandomSource(seed: 3)
        for _ in 0..<1_000 {
            for _ in 0..<random.next(below: 8) {
                ring.append(next)
                next += 1
            }
            for _ in 0..<random.next(below: 8) {
                #expect(ring.first == (ring.isEmpty ? nil : expected))
                guard let element = ring.popFirst() else { continue }
                #expect(element == expected)
                expected += 1
            }
            #expect(ring.count == next - expected)
            if !ring.isEmpty { #expect(ring[ring.count - 1] == next - 1) }
        }
    }
}
