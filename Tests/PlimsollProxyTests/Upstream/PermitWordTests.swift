import Testing

@testable import PlimsollProxy

@Suite struct PermitWordTests {
    @Test func `the word survives its encoding at the ends of its range`() {
        for word in [
            PermitWord(inFlight: 0, waiting: 0), PermitWord(inFlight: 20, waiting: 40),
            PermitWord(inFlight: Int(UInt32.max) - 1, waiting: 1_000_000),
        ] {
            #expect(PermitWord(rawValue: word.rawValue) == word)
        }
    }

    @Test func `an arrival takes a free permit only when nobody waits`() {
        let arrivals = [(19, 0), (20, 0), (20, 39), (20, 40), (19, 1)].map {
            PermitWord(inFlight: $0.0, waiting: $0.1).arrival(limit: 20, queue: 40)
        }
        #expect(
            arrivals == [
                .admitted(PermitWord(inFlight: 20, waiting: 0)),
                .queued(PermitWord(inFlight: 20, waiting: 1)),
                .queued(PermitWord(inFlight: 20, waiting: 40)), .full,
                .queued(PermitWord(inFlight: 19, waiting: 2)),
            ])
        #expect(PermitWord(inFlight: 20, waiting: 0).arrival(limit: 20, queue: 0) == .full)
    }

    @Test func `a returned permit is passed on unless the limit was lowered below it`() {
        #expect(
            PermitWord(inFlight: 20, waiting: 3).returning(limit: 20)
                == .passedOn)
        #expect(
            PermitWord(inFlight: 21, waiting: 3).returning(limit: 20)
                == .freed(PermitWord(inFlight: 20, waiting: 3)))
        #expect(PermitWord(inFlight: 5, waiting: 1).returningToNobody() == nil)
        #expect(
            PermitWord(inFlight: 5, waiting: 0).returningToNobody()
                == PermitWord(inFlight: 4, waiting: 0))
    }
}
