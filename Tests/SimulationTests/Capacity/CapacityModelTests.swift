import PlimsollCore
import PlimsollSimulation
import Testing

@Suite struct CapacityModelTests {
    private static let start = Instant(nanoseconds: 0)

    private static func model(slots: Int, queue: Int? = nil, drops: Bool = false) -> CapacityModel {
        CapacityModel(
            CapacitySettings(
                slots: slots, queue: queue, service: .constant(nanoseconds: 1_000),
                dropsAbandoned: drops), seed: 1)
    }

    private static func began(_ arrival: CapacityModel.Arrival) -> CapacityModel.Work? {
        if case .began(let work) = arrival { work } else { nil }
    }

    private static func first(_ model: inout CapacityModel) -> CapacityModel.Work? {
        began(model.arrive(1, at: start))
    }

    @Test func `what comes beyond the slots waits and begins in the order of arrival`() throws {
        var model = Self.model(slots: 1)
        let first = try #require(Self.first(&model))
        #expect(model.arrive(2, at: Self.start) == .waits)
        #expect(model.arrive(3, at: Self.start) == .waits)
        #expect(first.doneAt.nanoseconds == 1_000)
        let second = model.finish(first, at: first.doneAt)
        #expect(second?.job == 2)
        #expect(second?.doneAt.nanoseconds == 2_000)
        #expect(model.waiting == 1)
        #expect(model.waitingMaximum == 2)
    }

    @Test func `a full queue answers at once`() {
        var model = Self.model(slots: 1, queue: 1)
        _ = model.arrive(1, at: Self.start)
        #expect(model.arrive(2, at: Self.start) == .waits)
        #expect(model.arrive(3, at: Self.start) == .answered(status: 503))
    }

    @Test func `while it hangs nothing begins, and all of it does afterwards`() {
        var model = Self.model(slots: 2)
        #expect(model.apply(CapacityChange(mode: .hang), at: Self.start).isEmpty)
        for job in 1...3 { #expect(model.arrive(UInt64(job), at: Self.start) == .waits) }
        let later = Instant(nanoseconds: 5_000)
        let begun = model.apply(CapacityChange(mode: .work), at: later)
        #expect(begun.map(\.job) == [1, 2])
        #expect(begun.allSatisfy { $0.doneAt.nanoseconds == 6_000 })
    }

    @Test func `queued work feels a change of speed, begun work does not`() throws {
        var model = Self.model(slots: 1)
        let first = try #require(Self.first(&model))
        _ = model.arrive(2, at: Self.start)
        _ = model.apply(CapacityChange(scale: 10), at: Self.start)
        let following = model.finish(first, at: first.doneAt)
        let second = try #require(following)
        #expect(second.doneAt.nanoseconds == 11_000)
    }

    @Test func `abandoned work is done in vain unless the upstream notices`() throws {
        for drops in [false, true] {
            var model = Self.model(slots: 1, drops: drops)
            let first = try #require(Self.first(&model))
            _ = model.arrive(2, at: Self.start)
            _ = model.arrive(3, at: Self.start)
            model.abandon(2)
            let next = model.finish(first, at: first.doneAt)
            #expect(next?.job == (drops ? 3 : 2))
        }
    }

    @Test func `fewer slots finish what has begun and begin no more`() throws {
        var model = Self.model(slots: 2)
        let first = try #require(Self.first(&model))
        let arrival = model.arrive(2, at: Self.start)
        let second = try #require(Self.began(arrival))
        _ = model.arrive(3, at: Self.start)
        #expect(model.apply(CapacityChange(slots: 1), at: Self.start).isEmpty)
        #expect(model.finish(first, at: first.doneAt) == nil)
        #expect(model.finish(second, at: second.doneAt)?.job == 3)
        #expect(model.busyNanoseconds(at: Instant(nanoseconds: 1_000)) == 2_000)
    }

    @Test func `refused, reset and failing requests cost no slot`() {
        var model = Self.model(slots: 1)
        _ = model.apply(CapacityChange(mode: .refuse), at: Self.start)
        #expect(model.arrive(1, at: Self.start) == .refused)
        _ = model.apply(CapacityChange(mode: .reset), at: Self.start)
        #expect(model.arrive(2, at: Self.start) == .reset)
        _ = model.apply(
            CapacityChange(mode: .work, errorShare: 1, errorStatus: 500), at: Self.start)
        #expect(model.arrive(3, at: Self.start) == .answered(status: 500))
        #expect(model.busy == 0)
        _ = model.apply(CapacityChange(errorsTakeTime: true), at: Self.start)
        #expect(Self.began(model.arrive(4, at: Self.start))?.status == 500)
    }
}
