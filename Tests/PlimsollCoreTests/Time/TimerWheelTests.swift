import PlimsollCore
import Testing

private let tick: Int64 = 1 << 20

@Suite struct TimerWheelTests {
    @Test func `a timer expires at the first tick at or after its deadline, once`() {
        var wheel = TimerWheel(start: Instant(nanoseconds: 5))
        _ = wheel.schedule(owner: 7, at: Instant(nanoseconds: tick + 1))
        let before = wheel.expired(at: Instant(nanoseconds: 2 * tick - 1))
        #expect(before == nil)
        #expect(wheel.nextDeadline == Instant(nanoseconds: 2 * tick))
        let there = wheel.expired(at: Instant(nanoseconds: 2 * tick))
        let after = wheel.expired(at: Instant(nanoseconds: 9 * tick))
        #expect(there == 7)
        #expect(after == nil)
        #expect(wheel.count == 0)
        #expect(wheel.nextDeadline == .distantFuture)
    }

    @Test func `a deadline in the past expires at the next call`() {
        var wheel = TimerWheel(start: Instant(nanoseconds: 100 * tick))
        _ = wheel.schedule(owner: 1, at: Instant(nanoseconds: 3))
        #expect(wheel.nextDeadline <= Instant(nanoseconds: 100 * tick))
        let owner = wheel.expired(at: Instant(nanoseconds: 100 * tick))
        #expect(owner == 1)
    }

    @Test func `distantFuture never expires but can be moved and cancelled`() {
        var wheel = TimerWheel(start: Instant(nanoseconds: 0))
        let timer = wheel.schedule(owner: 1, at: .distantFuture)
        #expect(wheel.nextDeadline == .distantFuture)
        let none = wheel.expired(at: Instant(nanoseconds: .max - 1))
        #expect(none == nil)
        wheel.reschedule(timer, at: Instant(nanoseconds: 0))
        let owner = wheel.expired(at: Instant(nanoseconds: .max - 1))
        #expect(owner == 1)
        wheel.cancel(wheel.schedule(owner: 2, at: .distantFuture))
        #expect(wheel.count == 0)
        wheel.cancel(.none)
    }

    @Test func `a deadline beyond the top level is met`() {
        let deadline = Instant(nanoseconds: (tick << 33) + 12_345)
        var wheel = TimerWheel(start: Instant(nanoseconds: 0))
        _ = wheel.schedule(owner: 3, at: deadline)
        var now = Instant(nanoseconds: 0)
        var wakes = 0
        while true {
            if let owner = wheel.expired(at: now) {
                #expect(owner == 3)
                break
            }
            #expect(wheel.nextDeadline > now)
            now = wheel.nextDeadline
            wakes += 1
        }
        #expect(now.nanoseconds(since: deadline) >= 0)
        #expect(now.nanoseconds(since: deadline) < tick)
        #expect(wakes < 10)
    }

    /// Random steps against a plain list of deadlines.
    @Test(arguments: 0..<40)
    func `agrees with a plain list, whatever happens`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        // Some runs live in microseconds, some in years.
        let reach = Int64(1) << Int64(20 + random.next(below: 38))
        var now = Instant(nanoseconds: Int64(random.next(below: 1 << 50)))
        var wheel = TimerWheel(start: now)
        var model: [UInt64: (timer: TimerID, deadline: Instant)] = [:]
        var owners: [UInt64] = []
        for step in 0..<1_500 {
            let owner = UInt64(step)
            let deadline =
                random.next(below: 50) == 0
                ? Instant.distantFuture
                : now.advanced(
                    byNanoseconds: Int64(random.next(below: Int(reach))) - reach / 50)
            switch random.next(below: 8) {
            case 0...3:
                model[owner] = (wheel.schedule(owner: owner, at: deadline), deadline)
                owners.append(owner)
            case 4 where !owners.isEmpty:
                let old = owners[random.next(below: owners.count)]
                if let entry = model[old] {
                    wheel.reschedule(entry.timer, at: deadline)
                    model[old] = (entry.timer, deadline)
                }
            case 5 where !owners.isEmpty:
                let old = owners.remove(at: random.next(below: owners.count))
                if let entry = model.removeValue(forKey: old) { wheel.cancel(entry.timer) }
            default:
                let isExact = random.next(below: 2) == 0 && wheel.nextDeadline != .distantFuture
                let next =
                    isExact
                    ? wheel.nextDeadline
                    : now.advanced(byNanoseconds: Int64(random.next(below: Int(reach / 4))))
                now = max(now, next)
                while let expired = wheel.expired(at: now) {
                    let entry = model.removeValue(forKey: expired)
                    #expect(entry != nil, "expired twice or after it was cancelled")
                    #expect((entry?.deadline ?? now) <= now, "too early")
                }
                // Whatever is left is at most a tick late, and the wheel wants to wake for it.
                for entry in model.values where entry.deadline != .distantFuture {
                    #expect(now.nanoseconds(since: entry.deadline) < tick, "too late")
                    #expect(
                        wheel.nextDeadline.nanoseconds(since: entry.deadline) < tick,
                        "would sleep too long")
                }
                #expect(wheel.nextDeadline > now)
            }
            #expect(wheel.count == model.count)
        }
    }
}
