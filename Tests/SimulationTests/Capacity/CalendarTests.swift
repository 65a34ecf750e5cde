import PlimsollCore
import PlimsollSimulation
import Testing

@Suite struct CalendarTests {
    @Test func `things happen in the order of their times, equal ones in that of their entry`() {
        var calendar = Calendar<Int>()
        var random = RandomSource(seed: 1)
        var entries: [(time: Int64, number: Int)] = []
        for number in 0..<5_000 {
            let time = Int64(random.next(below: 700))
            entries.append((time, number))
            calendar.add(number, at: Instant(nanoseconds: time))
        }
        let expected = entries.sorted {
            $0.time == $1.time ? $0.number < $1.number : $0.time < $1.time
        }
        for entry in expected {
            #expect(calendar.nextTime?.nanoseconds == entry.time)
            #expect(calendar.removeFirst()?.event == entry.number)
        }
        #expect(calendar.isEmpty)
        #expect(calendar.removeFirst() == nil)
    }
}
