import PlimsollPolicy
import Testing

@Suite struct FailureRunTests {
    @Test(arguments: [
        (10, 10, 1_010, true), (10, 110, 1_010, true), (10, 210, 1_010, false),
        (29, 529, 1_029, false), (30, 530, 1_030, true), (1_000, 1_990, 2_000, false),
    ])
    func `a run counts if chance would hardly make it`(
        length: Int, failures: Int, requests: Int, isBeyond: Bool
    ) {
        #expect(
            FailureRun.isBeyondChance(length: length, failures: failures, requests: requests)
                == isBeyond)
    }

    @Test func `with nothing but failures every run counts`() {
        #expect(FailureRun.isBeyondChance(length: 5, failures: 5, requests: 5))
        #expect(FailureRun.isBeyondChance(length: 5, failures: 5, requests: 0))
    }

    @Test func `with little to compare with a run must be longer`() {
        #expect(!FailureRun.isBeyondChance(length: 10, failures: 10, requests: 12))
        #expect(FailureRun.isBeyondChance(length: 15, failures: 15, requests: 17))
        #expect(FailureRun.isBeyondChance(length: 10, failures: 10, requests: 20))
    }
}
