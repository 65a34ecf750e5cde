import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy
import Synchronization
import Testing

@testable import PlimsollProxy

@Suite struct DecisionRingTests {
    /// A record whose every part tells its number.
    private static func record(_ number: Int) -> Decision {
        var random = RandomSource(seed: UInt64(number))
        var decision = Decision(
            requestID: RequestID(&random), kind: .shed, reason: UInt8(number % 20),
            loop: WorkerIndex(rawValue: 0), at: Instant(nanoseconds: Int64(number)))
        decision.waitedNanoseconds = Int64(number)
        decision.tenant = UInt32(number)
        decision.standing.inFlight = Int32(number)
        decision.budgetLeft = Int32(number)
        return decision
    }

    /// Whether all parts tell of the same number.
    private static func isWhole(_ decision: Decision) -> Bool {
        let number = Int(decision.at.nanoseconds)
        let same = record(number)
        return decision.waitedNanoseconds == Int64(number) && decision.tenant == UInt32(number)
            && decision.standing == same.standing && decision.budgetLeft == Int32(number)
            && decision.reason == same.reason
            && decision.requestID.string == same.requestID.string
    }

    private func numbers(in ring: DecisionRing) -> [Int] {
        var numbers: [Int] = []
        ring.forEach { numbers.append(Int($0.at.nanoseconds)) }
        return numbers
    }

    @Test func `an empty ring has nothing to tell`() {
        #expect(numbers(in: DecisionRing(capacity: 4)).isEmpty)
    }

    @Test func `the oldest is overwritten first`() {
        let ring = DecisionRing(capacity: 4)
        for number in 0..<4 { ring.append(Self.record(number)) }
        #expect(numbers(in: ring) == [0, 1, 2, 3])
        ring.append(Self.record(4))
        #expect(numbers(in: ring) == [1, 2, 3, 4])
        for number in 5..<103 { ring.append(Self.record(number)) }
        #expect(numbers(in: ring) == [99, 100, 101, 102])
        ring.forEach { #expect(Self.isWhole($0)) }
    }

    @Test func `a ring of no places keeps nothing`() {
        let ring = DecisionRing(capacity: 0)
        #expect(!ring.isEnabled)
        ring.append(Self.record(1))
        #expect(numbers(in: ring).isEmpty)
    }

    @Test func `a reader never sees half of one record and half of another`() throws {
        let ring = DecisionRing(capacity: 8)
        let isDone = IsDone()
        let writer = try LoopThread(name: "writer") {
            for number in 0..<20_000 { ring.append(Self.record(number)) }
            isDone.value.store(true, ordering: .releasing)
        }
        var seen = 0
        var torn = 0
        while !isDone.value.load(ordering: .acquiring) {
            var last = -1
            ring.forEach { decision in
                seen += 1
                if !Self.isWhole(decision) || Int(decision.at.nanoseconds) <= last { torn += 1 }
                last = Int(decision.at.nanoseconds)
            }
        }
        writer.join()
        #expect(torn == 0, "of \(seen)")
        #expect(numbers(in: ring) == Array(19_992..<20_000))
    }

    private final class IsDone: Sendable {
        let value = Atomic<Bool>(false)
    }

    @Test func `a record takes what the reference says`() {
        #expect(DecisionRing.bytes(records: 10) == 1_760)
    }
}
