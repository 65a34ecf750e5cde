import PlimsollIO
import Synchronization
import Testing

@testable import PlimsollProxy

/// Counts how often it was woken.
private final class CountingWake: LoopWake {
    let count = Atomic<Int>(0)

    func wake() {
        count.add(1, ordering: .relaxed)
    }
}

@Suite struct ControlBellTests {
    @Test func `only the first ring since it was heard wakes the loop`() {
        let bell = ControlBell()
        let loop = CountingWake()
        bell.attach(loop)
        #expect(!bell.takeRing())
        bell.ring()
        bell.ring()
        #expect(loop.count.load(ordering: .relaxed) == 1)
        #expect(bell.takeRing())
        #expect(!bell.takeRing())
        bell.ring()
        #expect(loop.count.load(ordering: .relaxed) == 2)
    }

    @Test func `a ring before there is a loop wakes it when it comes`() {
        let bell = ControlBell()
        bell.ring()
        let loop = CountingWake()
        bell.attach(loop)
        #expect(loop.count.load(ordering: .relaxed) == 1)
        #expect(bell.takeRing())
    }
}
