import PlimsollIO
import Testing

@Suite struct ResourceLimitsTests {
    @Test func `raising the descriptors raises what may be open`() throws {
        let before = try ResourceLimits.descriptors()
        let raised = try ResourceLimits.raiseDescriptors()
        #expect(raised >= before)
        #expect(try ResourceLimits.descriptors() == raised)
    }

    @Test func `there is at least one core and no more than the mask allows`() {
        let cores = ResourceLimits.coresAvailable()
        #expect(cores >= 1)
        #expect(cores <= CorePinning.allowedCores().count)
    }

    @Test func `a pinned thread runs on one core`() throws {
        let core = try #require(CorePinning.allowedCores().last)
        let thread = try LoopThread(name: "pinned") {
            try? CorePinning.pin(to: core)
            precondition(CorePinning.allowedCores() == [core], "the mask holds one core")
        }
        thread.join()
    }
}
