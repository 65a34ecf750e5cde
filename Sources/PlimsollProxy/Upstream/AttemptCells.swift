import PlimsollCore
import PlimsollPolicy
import Synchronization

/// What becomes of an endpoint's attempts, counted by each loop on a cache line of its own.
///
/// Who may touch what: a line is written by its loop alone, but for `slowest`, which the control
/// loop sets back (a sample lost to that is no loss). Everybody reads.
///
/// Unsafe pointers: `cells` holds `stride` atomics a worker for the object's life.
final class AttemptCells: @unchecked Sendable {
    private enum Cell {
        static let begun = 0
        static let answered = 1
        static let ended = 2
        static let slowest = 3
        static let successes = 4
        static let failures = 5
        /// Of successes, in nanoseconds.
        static let latencySum = 6
    }

    /// What they add up to over all loops.
    struct Sums: Equatable {
        var successes = 0
        var failures = 0
        var latencySum = 0
    }

    /// Atomics to a cache line.
    private static var stride: Int { 8 }
    private let cells: UnsafeMutablePointer<Atomic<Int>>
    private let workers: Int
    /// The control loop listens; it stops when there is no traffic, and is called when there is.
    private let isHeard = Atomic<Bool>(false)
    private let bell: ControlBell

    init(workers: Int, bell: ControlBell) {
        self.workers = workers
        self.bell = bell
        cells = .allocate(capacity: workers * Self.stride)
        for index in 0..<workers * Self.stride {
            (cells + index).initialize(to: Atomic(0))
        }
    }

    deinit {
        cells.deinitialize(count: workers * Self.stride)
        cells.deallocate()
    }

    @inline(__always)
    private func add(_ amount: Int, to cell: Int, _ worker: WorkerIndex) {
        let cell = cells + Int(worker.rawValue) * Self.stride + cell
        cell.pointee.store(cell.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    /// A request has gone out whole: from now on the endpoint is who is waited for.
    @inline(__always)
    func begin(_ worker: WorkerIndex) {
        add(1, to: Cell.begun, worker)
        if !isHeard.load(ordering: .relaxed) { call() }
    }

    @inline(never)
    private func call() {
        isHeard.store(true, ordering: .relaxed)
        bell.ring()
    }

    /// It is not waited for any more.
    /// - Parameter isAnswer: something came from the endpoint, be it a reset.
    @inline(__always)
    func end(_ worker: WorkerIndex, isAnswer: Bool) {
        add(1, to: Cell.ended, worker)
        if isAnswer { add(1, to: Cell.answered, worker) }
    }

    /// How an attempt went.
    @inline(__always)
    func record(_ outcome: Outcome, _ worker: WorkerIndex) {
        switch outcome {
        case .success(let nanoseconds):
            add(1, to: Cell.successes, worker)
            add(Int(nanoseconds), to: Cell.latencySum, worker)
            let slowest = cells + Int(worker.rawValue) * Self.stride + Cell.slowest
            if Int(nanoseconds) > slowest.pointee.load(ordering: .relaxed) {
                slowest.pointee.store(Int(nanoseconds), ordering: .relaxed)
            }
        case .failure:
            add(1, to: Cell.failures, worker)
        case .ignored:
            break
        }
    }

    // MARK: The control loop's side

    /// Whether there is anything to listen to.
    var isBusy: Bool { isHeard.load(ordering: .relaxed) }

    /// Stops listening until the next request. One that comes in this moment is noticed with the
    /// one after it.
    func rest() {
        isHeard.store(false, ordering: .relaxed)
    }

    /// What is waited for. `ended` is read first, so that it is never ahead of `begun`.
    var counts: SilenceWatch.Counts {
        let answered = sum(Cell.answered)
        let ended = sum(Cell.ended)
        return SilenceWatch.Counts(begun: sum(Cell.begun), answered: answered, ended: ended)
    }

    /// The slowest success since the last call.
    func takeSlowest() -> Int64 {
        var slowest = 0
        for worker in 0..<workers {
            slowest = max(
                slowest,
                cells[worker * Self.stride + Cell.slowest].exchange(0, ordering: .relaxed))
        }
        return Int64(slowest)
    }

    var sums: Sums {
        Sums(
            successes: sum(Cell.successes), failures: sum(Cell.failures),
            latencySum: sum(Cell.latencySum))
    }

    private func sum(_ cell: Int) -> Int {
        var sum = 0
        for worker in 0..<workers {
            sum &+= cells[worker * Self.stride + cell].load(ordering: .relaxed)
        }
        return sum
    }
}
