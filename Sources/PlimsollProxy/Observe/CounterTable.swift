import Synchronization

/// Rows of counters, written by one loop and read by any thread. Rows come into being in chunks,
/// when one of them is first written, and stay: what a reload adds costs memory only once it
/// carries traffic.
///
/// A single writer needs no atomic addition: a relaxed load and a relaxed store cost a tenth of
/// it. A chunk is published with release after it was zeroed and found with acquire, so a reader
/// sees zeros or later values, never what the memory held before.
///
/// Unsafe pointers: `chunks` holds `chunkCount` atomics for the object's life; a chunk, once
/// published, is neither moved nor freed before `deinit`; rows and cells are checked against the
/// sizes from `init`.
final class CounterTable: @unchecked Sendable {
    typealias Cell = Atomic<Int>

    static var rowsPerChunk: Int { 64 }
    /// Rows in all: as many as a 16-bit index names, and one for what has no index.
    static var rowsMaximum: Int { 1 << 16 }
    private static var chunkCount: Int { rowsMaximum / rowsPerChunk }

    let cellsPerRow: Int
    private let chunks: UnsafeMutablePointer<Atomic<UnsafeMutablePointer<Cell>?>>

    /// - Parameter cellsPerRow: counters in a row, at least 1.
    init(cellsPerRow: Int) {
        precondition(cellsPerRow >= 1, "a row has at least one counter")
        self.cellsPerRow = cellsPerRow
        chunks = .allocate(capacity: Self.chunkCount)
        for index in 0..<Self.chunkCount {
            (chunks + index).initialize(to: Atomic(nil))
        }
    }

    deinit {
        let cellCount = Self.rowsPerChunk * cellsPerRow
        for index in 0..<Self.chunkCount {
            if let chunk = chunks[index].load(ordering: .relaxed) {
                chunk.deinitialize(count: cellCount)
                chunk.deallocate()
            }
        }
        chunks.deinitialize(count: Self.chunkCount)
        chunks.deallocate()
    }

    /// A row to write into. Only the writing loop asks.
    @inline(__always)
    func row(_ index: Int) -> Row {
        precondition(index >= 0 && index < Self.rowsMaximum, "a row beyond the table")
        let slot = index / Self.rowsPerChunk
        let chunk = chunks[slot].load(ordering: .relaxed) ?? makeChunk(slot)
        return Row(cells: chunk + index % Self.rowsPerChunk * cellsPerRow)
    }

    @inline(never)
    private func makeChunk(_ slot: Int) -> UnsafeMutablePointer<Cell> {
        let cellCount = Self.rowsPerChunk * cellsPerRow
        let chunk = UnsafeMutablePointer<Cell>.allocate(capacity: cellCount)
        for index in 0..<cellCount {
            (chunk + index).initialize(to: Atomic(0))
        }
        chunks[slot].store(chunk, ordering: .releasing)
        return chunk
    }

    /// Adds a row's counters to `sums`, which has ``cellsPerRow`` places. From any thread.
    /// - Returns: whether the row exists, that is, could be other than zero.
    @discardableResult
    func add(row index: Int, to sums: inout [Int]) -> Bool {
        precondition(sums.count == cellsPerRow, "sums have a place for each counter of a row")
        precondition(index >= 0 && index < Self.rowsMaximum, "a row beyond the table")
        let slot = index / Self.rowsPerChunk
        guard let chunk = chunks[slot].load(ordering: .acquiring) else { return false }
        let cells = chunk + index % Self.rowsPerChunk * cellsPerRow
        for cell in 0..<cellsPerRow {
            sums[cell] &+= cells[cell].load(ordering: .relaxed)
        }
        return true
    }

    /// One counter's value; 0 when its row was never written.
    func value(row index: Int, _ position: Int) -> Int {
        precondition(position >= 0 && position < cellsPerRow, "a counter beyond its row")
        precondition(index >= 0 && index < Self.rowsMaximum, "a row beyond the table")
        guard let chunk = chunks[index / Self.rowsPerChunk].load(ordering: .acquiring) else {
            return 0
        }
        return chunk[index % Self.rowsPerChunk * cellsPerRow + position].load(ordering: .relaxed)
    }

    /// A row, for its writer.
    struct Row {
        fileprivate let cells: UnsafeMutablePointer<Cell>

        @inline(__always)
        func add(_ position: Int, _ amount: Int) {
            let before = cells[position].load(ordering: .relaxed)
            cells[position].store(before &+ amount, ordering: .relaxed)
        }
    }
}
