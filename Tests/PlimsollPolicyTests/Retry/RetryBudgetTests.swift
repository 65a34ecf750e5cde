import PlimsollCore
import PlimsollPolicy
import Testing

@Suite struct RetryBudgetTests {
    private let start = Instant(nanoseconds: 7)

    private func taken(_ budget: inout RetryBudget, at now: Instant) -> Int {
        var count = 0
        while count < 1_000_000, budget.withdraw(at: now) { count += 1 }
        return count
    }

    @Test func `five successes at 0.2 buy exactly one retry`() throws {
        var budget = RetryBudget(
            settings: try RetrySettings(budgetRatio: 0.2, budgetMinimumPerSecond: 0), at: start)
        budget.deposit(successes: 4)
        let four = budget.withdraw(at: start)
        budget.deposit(successes: 1)
        let five = budget.withdraw(at: start)
        let six = budget.withdraw(at: start)
        #expect(!four && five && !six)
    }

    @Test func `successes folded in buy as much as single ones`() throws {
        var budget = RetryBudget(
            settings: try RetrySettings(budgetRatio: 0.1, budgetMinimumPerSecond: 0), at: start)
        for _ in 0..<100 { budget.deposit(successes: 1) }
        budget.deposit(successes: 100)
        let count = taken(&budget, at: start)
        #expect(count == 20)
    }

    @Test func `a second's worth is free at the start and comes back, not more`() throws {
        var budget = RetryBudget(settings: try RetrySettings(budgetMinimumPerSecond: 3), at: start)
        let first = taken(&budget, at: start)
        let third = start.advanced(byNanoseconds: 333_333_333)
        let early = taken(&budget, at: third)
        let after = taken(&budget, at: third.advanced(byNanoseconds: 1))
        let hourLater = taken(&budget, at: start.advanced(byNanoseconds: 3_600_000_000_000))
        #expect(first == 3 && early == 0 && after == 1 && hourLater == 3)
    }

    @Test func `savings end at their maximum`() throws {
        var budget = RetryBudget(settings: try RetrySettings(budgetMinimumPerSecond: 0), at: start)
        budget.deposit(successes: .max)
        budget.deposit(successes: 1_000_000)
        let available = budget.available(at: start)
        let count = taken(&budget, at: start)
        #expect(available == RetryBudget.savedMaximum && count == RetryBudget.savedMaximum)
    }

    @Test func `with nothing earned and nothing free there is no retry`() throws {
        var budget = RetryBudget(
            settings: try RetrySettings(budgetRatio: 0, budgetMinimumPerSecond: 0), at: start)
        budget.deposit(successes: 1_000_000)
        let later = start.advanced(byNanoseconds: 1_000_000_000_000)
        let granted = budget.withdraw(at: later)
        #expect(!granted)
    }

    @Test func `a reading of the clock that is a turn old gives nothing and takes nothing`() throws
    {
        var budget = RetryBudget(settings: try RetrySettings(budgetMinimumPerSecond: 1), at: start)
        _ = budget.withdraw(at: start)
        let old = budget.withdraw(at: Instant(nanoseconds: -1_000_000_000_000))
        let new = budget.withdraw(at: start.advanced(byNanoseconds: 1_000_000_000))
        #expect(!old && new)
    }

    @Test func `new settings keep what was earned and cut what was free`() throws {
        var budget = RetryBudget(settings: try RetrySettings(budgetMinimumPerSecond: 10), at: start)
        budget.deposit(successes: 10)
        budget.reconfigure(try RetrySettings(budgetMinimumPerSecond: 1), at: start)
        let count = taken(&budget, at: start)
        #expect(count == 3)
    }

    /// The promise: over any stretch, retries are at most a share of successes, the free ones, and
    /// what may be saved.
    @Test(arguments: 0..<20)
    func `retries never exceed what was earned and free`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var budget = RetryBudget(settings: .standard, at: start)
        var (successes, retries, elapsed) = (0, 0, Int64(0))
        for _ in 0..<5_000 {
            elapsed += Int64(random.next(below: 50_000_000))
            if random.next(below: 2) == 0 {
                budget.deposit(successes: 1)
                successes += 1
            }
            for _ in 0..<random.next(below: 3)
            where budget.withdraw(at: start.advanced(byNanoseconds: elapsed)) {
                retries += 1
            }
            let free = 3 + Int(3 * elapsed / 1_000_000_000)
            #expect(retries <= successes / 5 + free)
        }
    }
}
