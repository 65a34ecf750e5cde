import PlimsollCore
import Testing

@Suite struct LinkedQueueTests {
    @Test func `elements leave in the order they came`() {
        var queue = LinkedQueue<Int>(capacity: 3)
        for element in 1...3 { _ = queue.append(element) }
        let order = [queue.popFirst(), queue.popFirst(), queue.popFirst(), queue.popFirst()]
        #expect(order == [1, 2, 3, nil])
    }

    @Test func `a full queue refuses and a vacancy lets the next one in`() {
        var queue = LinkedQueue<Int>(capacity: 1)
        let first = queue.append(1)
        let second = queue.append(2)
        #expect(first != nil && second == nil)
        _ = queue.popFirst()
        let third = queue.append(3)
        #expect(third != nil)
    }

    @Test func `a queue of nothing refuses everybody`() {
        var queue = LinkedQueue<Int>(capacity: 0)
        let place = queue.append(1)
        #expect(place == nil)
    }

    @Test func `an element leaves from the front, the middle and the back`() throws {
        for leaver in 0..<3 {
            var queue = LinkedQueue<Int>(capacity: 3)
            var places: [Handle] = []
            for element in 0..<3 {
                let place = queue.append(element)
                places.append(try #require(place))
            }
            let left = queue.remove(places[leaver])
            #expect(left == leaver)
            var rest: [Int] = []
            while let element = queue.popFirst() { rest.append(element) }
            #expect(rest == [0, 1, 2].filter { $0 != leaver })
        }
    }

    @Test func `the place of an element that has left is stale, also after its reuse`() throws {
        var queue = LinkedQueue<Int>(capacity: 1)
        let given = queue.append(1)
        let place = try #require(given)
        _ = queue.popFirst()
        let whenVacant = queue.remove(place)
        _ = queue.append(2)
        let whenTaken = queue.remove(place)
        let knowsStale = queue.contains(place)
        let knowsUnused = queue.contains(Handle(index: 7, generation: 0))
        #expect(whenVacant == nil && whenTaken == nil && !knowsStale && !knowsUnused)
        let count = queue.count
        #expect(count == 1)
    }

    @Test func `a lower bound evicts nobody and a higher one lets more in`() throws {
        var queue = LinkedQueue<Int>(capacity: 2)
        _ = queue.append(1)
        let given = queue.append(2)
        let second = try #require(given)
        queue.resize(capacity: 1)
        let countAfterLowering = queue.count
        _ = queue.popFirst()
        let isStillFull = queue.isFull
        #expect(countAfterLowering == 2 && isStillFull)
        queue.resize(capacity: 2)
        let third = queue.append(3)
        let removed = queue.remove(second)
        #expect(third != nil && removed == 2)
    }

    /// Sixteen seeds of a thousand steps against an array that does the same slowly.
    @Test(arguments: 0..<16)
    func `it does what an array does`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var queue = LinkedQueue<Int>(capacity: 8)
        var model: [(place: Handle, element: Int)] = []
        var left: [Handle] = []
        for step in 0..<1_000 {
            switch random.next(below: 4) {
            case 0, 1:
                let place = queue.append(step)
                #expect((place == nil) == (model.count == 8))
                if let place { model.append((place, step)) }
            case 2:
                let element = queue.popFirst()
                #expect(element == model.first?.element)
                if !model.isEmpty { left.append(model.removeFirst().place) }
            default:
                if model.isEmpty { continue }
                let (place, element) = model.remove(at: random.next(below: model.count))
                let removed = queue.remove(place)
                #expect(removed == element)
                left.append(place)
            }
            let (first, count) = (queue.first, queue.count)
            #expect(count == model.count && first == model.first?.element)
            if let place = left.last {
                let knows = queue.contains(place)
                #expect(!knows)
            }
        }
    }
}
