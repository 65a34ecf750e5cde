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

    @Test func `what a few buffers leave behind is kept, what more leave is told`() {
        let pool = BufferPool(capacity: 100)
        for buffer in take(24, of: pool) { pool.give(buffer) }
        #expect(!pool.hasIdleMemory)
        let held = take(25, of: pool)
        #expect(!pool.hasIdleMemory, "it is in use")
        for buffer in held { pool.give(buffer) }
        #expect(pool.hasIdleMemory)
        #expect(pool.endInterval(), "it was in use just now")
        #expect(pool.hasIdleMemory)
        #expect(!pool.endInterval())
        #expect(pool.releaseMemory(maximum: 100))
        #expect(!pool.hasIdleMemory)
    }

    @Test func `buffers that are held for long do not keep others' memory`() {
        let pool = BufferPool(capacity: 100)
        let long = take(50, of: pool)
        for buffer in take(40, of: pool) { pool.give(buffer) }
        _ = pool.endInterval()
        #expect(!pool.endInterval())
        #expect(pool.releaseMemory(maximum: 100))
        #expect(!pool.hasIdleMemory)
        for buffer in long { pool.give(buffer) }
        #expect(pool.hasIdleMemory)
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
