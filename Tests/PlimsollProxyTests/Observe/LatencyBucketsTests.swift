import PlimsollCore
import Testing

@testable import PlimsollProxy

struct LatencyBucketsTests {
    @Test func `a duration falls into the first bucket whose bound it does not exceed`() {
        let buckets = LatencyBuckets()
        for index in 0..<LatencyBuckets.boundedCount {
            let bound = buckets.bounds[index]
            #expect(buckets.position(bound) == index)
            #expect(buckets.position(bound + 1) == index + 1)
        }
        #expect(buckets.position(0) == 0)
        #expect(buckets.position(.max) == LatencyBuckets.boundedCount)
    }

    @Test func `the labels are the bounds in seconds`() {
        let buckets = LatencyBuckets()
        for index in 0..<LatencyBuckets.boundedCount {
            let seconds = Double(LatencyBuckets.labels[index].description)
            #expect(seconds == Double(buckets.bounds[index]) / 1e9)
        }
        #expect(LatencyBuckets.labels.count == LatencyBuckets.boundedCount)
    }
}
