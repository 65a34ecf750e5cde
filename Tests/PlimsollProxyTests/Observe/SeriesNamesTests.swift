import PlimsollCore
import Testing

@testable import PlimsollProxy

struct SeriesNamesTests {
    @Test func `a name keeps its number`() {
        let names = SeriesNames()
        #expect(names.index(of: "a").rawValue == 0)
        #expect(names.index(of: "b").rawValue == 1)
        #expect(names.index(of: "a").rawValue == 0)
        #expect(names.all == ["a", "b"])
    }

    @Test func `names beyond the maximum share the last number`() {
        let names = SeriesNames()
        for index in 0..<SeriesNames.countMaximum + 10 {
            let number = Int(names.index(of: "route \(index)").rawValue)
            #expect(number == min(index, SeriesNames.countMaximum - 1))
        }
        #expect(names.all.count == SeriesNames.countMaximum)
        #expect(names.all.last == SeriesNames.overflowName)
    }
}
