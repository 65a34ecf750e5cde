import PlimsollCore
import Testing

@Suite struct SlabTests {
    @Test func `a stale handle is detected`() {
        var slab = Slab<Int>(capacity: 2)
        let first = slab.insert(1)
        let second = slab.insert(2)
        let wasFull = slab.isFull
        #expect(wasFull)
        let value = slab.remove(first.index)
        #expect(value == 1)
        let third = slab.insert(3)
        #expect(third.index == first.index)
        let claims = (slab.contains(first), slab.contains(second), slab.contains(third))
        #expect(claims == (false, true, true))
        let values = (slab[third.index], slab[second.index], slab.count)
        #expect(values == (3, 2, 2))
    }

    @Test func `elements are changed in place and stay where they are`() {
        var slab = Slab<[Int]>(capacity: 1000)
        let handle = slab.insert([1])
        for number in 0..<500 { _ = slab.insert([number]) }
        slab[handle.index].append(2)
        let value = slab[handle.index]
        #expect(value == [1, 2])
        #expect(slab.handle(at: handle.index) == handle)
        #expect(slab.highWater == 501)
    }

    private final class Witness {
        let onEnd: () -> Void
        init(_ onEnd: @escaping () -> Void) { self.onEnd = onEnd }
        deinit { onEnd() }
    }

    @Test func `what is still inside ends with the slab`() {
        var ended = 0
        do {
            var slab = Slab<Witness>(capacity: 4)
            let gone = slab.insert(Witness { ended += 1 })
            _ = slab.insert(Witness { ended += 1 })
            slab.remove(gone.index)
            #expect(ended == 1)
        }
        #expect(ended == 2)
    }
}
