import PlimsollCore
import Testing

@testable import PlimsollProxy

@Suite struct GrowthNewsTests {
    /// What comes of counts, each at its second.
    private func events(
        from count: Int = 0, _ counts: [(count: Int, seconds: Double)]
    ) -> [GrowthNews.Event?] {
        var news = GrowthNews(count: count)
        return counts.map { count, seconds in
            news.hear(count, at: Instant(nanoseconds: Int64(seconds * 1e9)))
        }
    }

    @Test func `what was counted before is no news`() {
        #expect(events(from: 7, [(7, 1), (8, 2)]) == [nil, .began])
    }

    @Test func `it is over after five quiet seconds, not before`() {
        let events = events([(3, 1), (9, 4), (9, 8.999), (9, 9), (9, 10), (10, 11)])
        #expect(
            events == [
                .began, nil, nil, .ended(count: 9, nanoseconds: 3_000_000_000), nil, .began,
            ])
    }

    @Test func `it is told again each minute while it lasts`() {
        let events = events((0...61).map { (1 + $0, Double($0)) })
        #expect(events.first == .began)
        #expect(events[1..<60].allSatisfy { $0 == nil })
        #expect(events[60] == .goesOn(count: 60))
        #expect(events[61] == nil)
    }
}
