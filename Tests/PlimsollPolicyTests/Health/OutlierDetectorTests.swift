import PlimsollCore
import PlimsollPolicy
import Testing

@Suite struct OutlierDetectorTests {
    private let first = EndpointIndex(rawValue: 0)
    private let second = EndpointIndex(rawValue: 1)
    private let third = EndpointIndex(rawValue: 2)

    private func detector(_ count: Int, share: Double = 0.5) throws -> OutlierDetector {
        OutlierDetector(
            settings: try OutlierSettings(
                consecutiveFailures: 3, ejection: .seconds(10), ejectionMaximum: .seconds(25),
                shareMaximum: share), endpointCount: count)
    }

    private func fail(
        _ times: Int, _ endpoint: EndpointIndex, in detector: inout OutlierDetector,
        inUse: Int = 3, at seconds: Int64 = 0
    ) -> [Int64?] {
        (0..<times).map { _ in
            detector.recordFailure(
                of: endpoint, inUse: inUse, at: Instant(nanoseconds: seconds * 1_000_000_000)
            ).map { $0.nanoseconds / 1_000_000_000 }
        }
    }

    @Test func `the third failure in a row ejects and the second does not`() throws {
        var detector = try detector(3)
        let untils = fail(3, first, in: &detector)
        #expect(untils == [nil, nil, 10])
    }

    @Test func `a success starts the row anew`() throws {
        var detector = try detector(3)
        _ = fail(2, first, in: &detector)
        detector.recordSuccess(of: first)
        let untils = fail(2, first, in: &detector)
        #expect(untils == [nil, nil])
    }

    @Test func `it is out until the very end`() throws {
        var detector = try detector(3)
        _ = fail(3, first, in: &detector)
        #expect(detector.isEjected(first, at: Instant(nanoseconds: 9_999_999_999)))
        #expect(!detector.isEjected(first, at: Instant(nanoseconds: 10_000_000_000)))
        #expect(!detector.isEjected(second, at: Instant(nanoseconds: 0)))
        #expect(detector.ejectedCount(at: Instant(nanoseconds: 0)) == 1)
    }

    @Test func `failures of those that are out prove nothing new`() throws {
        var detector = try detector(3)
        _ = fail(3, first, in: &detector)
        let whileOut = fail(5, first, in: &detector, at: 5)
        let back = fail(2, first, in: &detector, at: 10)
        #expect(whileOut == Array(repeating: nil, count: 5) && back == [nil, nil])
    }

    @Test func `relapses last longer up to the maximum and a long calm forgives`() throws {
        var detector = try detector(3)
        let initial = fail(3, first, in: &detector, at: 0).last
        let relapse = fail(3, first, in: &detector, at: 10).last
        let third = fail(3, first, in: &detector, at: 54).last
        let forgiven = fail(3, first, in: &detector, at: 104).last
        #expect(initial == 10 && relapse == 30 && third == 79 && forgiven == 114)
    }

    @Test func `the last endpoint in use is never ejected`() throws {
        var alone = try detector(1, share: 1)
        let never = fail(10, first, in: &alone, inUse: 1)
        var pair = try detector(2, share: 1)
        _ = fail(3, first, in: &pair, inUse: 2)
        let last = fail(10, second, in: &pair, inUse: 1)
        #expect(never.allSatisfy { $0 == nil } && last.allSatisfy { $0 == nil })
        // Once the other is back, one more failure is enough.
        let later = fail(1, second, in: &pair, inUse: 2, at: 10)
        #expect(later == [20])
    }

    @Test func `no more than the share are out at once`() throws {
        var detector = try detector(3)
        _ = fail(3, first, in: &detector)
        let refused = fail(4, second, in: &detector, inUse: 2)
        #expect(refused.allSatisfy { $0 == nil })
        _ = fail(2, third, in: &detector, inUse: 2)
        #expect(detector.ejectedCount(at: Instant(nanoseconds: 0)) == 1)
    }

    @Test(arguments: [
        (1, 1.0, 0), (2, 0.0, 0), (2, 0.01, 1), (2, 1.0, 1), (4, 0.5, 2), (5, 0.5, 2), (10, 1.0, 9),
        (100, 0.29, 29),
    ])
    func `the share is rounded down, is one at least and leaves one`(
        count: Int, share: Double, ejected: Int
    ) throws {
        #expect(try detector(count, share: share).ejectedMaximum == ejected)
    }

    @Test func `switched off nobody is ejected`() throws {
        var detector = OutlierDetector(
            settings: try OutlierSettings(consecutiveFailures: 1, isEnforced: false),
            endpointCount: 3)
        let untils = fail(3, first, in: &detector)
        #expect(untils == [nil, nil, nil])
    }

    @Test(arguments: 0..<20)
    func `whatever fails, somebody stays`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let count = 1 + random.next(below: 6)
        var detector = try detector(count, share: random.unitInterval())
        var now = Instant(nanoseconds: 0)
        for _ in 0..<2_000 {
            now = now.advanced(byNanoseconds: Int64(random.next(below: 500_000_000)))
            let endpoint = EndpointIndex(rawValue: UInt16(random.next(below: count)))
            let out = detector.ejectedCount(at: now)
            _ = detector.recordFailure(of: endpoint, inUse: count - out, at: now)
            let after = detector.ejectedCount(at: now)
            #expect(after < count && after <= max(detector.ejectedMaximum, out))
        }
    }
}
