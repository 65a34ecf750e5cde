import PlimsollCore
import Synchronization

/// One counter a loop, each on a cache line of its own, written by its loop alone.
///
/// Unsafe pointers: `cells` holds `stride` atomics a worker for the object's life.
final class SuccessCells: @unchecked Sendable {
    /// Atomics to a cache line.
    private static var stride: Int { 8 }
    private let cells: UnsafeMutablePointer<Atomic<Int>>
    private let workers: Int

    init(workers: Int) {
        self.workers = workers
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
    func count(_ worker: WorkerIndex) {
        let cell = cells + Int(worker.rawValue) * Self.stride
        cell.pointee.store(cell.pointee.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }

    func value(_ worker: Int) -> Int {
        cells[worker * Self.stride].load(ordering: .relaxed)
    }
}
