import PlimsollCore
import PlimsollPolicy
import Synchronization

extension SharedUpstream {
    /// Whole retries that the budget would pay for now.
    public func retriesLeft(at now: Instant) -> Int {
        retryBudget.withLock { $0.available(at: now) }
    }

    /// Takes one retry out of the budget, after paying in the successes of the caller's loop. None
    /// while the upstream as a whole is overloaded: more of the same would not help it.
    func takeRetry(paying successes: Int, now: Instant) -> Bool {
        let isOverloaded = permits.counts.waiting > 0 || !breaker.isClosed
        return retryBudget.withLock { budget in
            budget.deposit(successes: successes)
            return !isOverloaded && budget.withdraw(at: now)
        }
    }
}
