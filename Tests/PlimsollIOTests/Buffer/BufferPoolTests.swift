import PlimsollIO
import Testing

@Suite struct BufferPoolTests {
    private func take(_ count: Int, of pool: BufferPool) -> [BufferIndex] {
        (0..<count).map { _ in
            let buffer = pool.take()
            pool.data(buffer).storeBytes(of: 0xAB, as: UInt8.self)
            return buffer
        }
    }

    @Test func `the warmest buffer goes out first, and none when all are out`() {
        let pool = BufferPool(capacity: 2)
        let first = pool.take()
        let second = pool.take()
        #expect(first != second)
        #expect(pool.take().isNone)
        #expect(pool.exhaustedCount == 1)
        pool.give(first)
        #expect(pool.take() == first)
    }

    @Test func `a few buffers in use are no surge, more are`() {
        let pool = BufferPool(capacity: 100)
        var held = take(24, of: pool)
        #expect(!pool.hasSurged)
        held += take(1, of: pool)
        #expect(pool.hasSurged)
        for buffer in held { pool.give(buffer) }
        #expect(pool.hasSurged, "it is remembered until somebody has looked")
        #expect(pool.endInterval())
        #expect(!pool.hasSurged)
        #expect(!pool.endInterval())
    }

    @Test func `memory of free buffers goes back, that of others stays`() {
        let pool = BufferPool(capacity: 100)
        let held = take(50, of: pool)
        for buffer in held.dropFirst(10) { pool.give(buffer) }
        _ = pool.endInterval()
        #expect(!pool.releaseMemory(maximum: 30))
        #expect(pool.releaseMemory(maximum: 30))
        for (position, buffer) in held.enumerated() {
            let byte = pool.data(buffer).load(as: UInt8.self)
            #expect(byte == (position < 10 ? 0xAB : 0))
        }
    }

    @Test func `what is used again is given back again`() {
        let pool = BufferPool(capacity: 100)
        for _ in 0..<2 {
            let held = take(50, of: pool)
            for buffer in held { pool.give(buffer) }
            _ = pool.endInterval()
            #expect(pool.releaseMemory(maximum: 100))
            #expect(held.allSatisfy { pool.data($0).load(as: UInt8.self) == 0 })
        }
    }

    @Test func `buffers that come back after a release are given back by the next`() {
        let pool = BufferPool(capacity: 100)
        let held = take(50, of: pool)
        _ = pool.endInterval()
        #expect(pool.releaseMemory(maximum: 100))
        for buffer in held { pool.give(buffer) }
        _ = pool.endInterval()
        #expect(pool.releaseMemory(maximum: 100))
        #expect(held.allSatisfy { pool.data($0).load(as: UInt8.self) == 0 })
    }
}
