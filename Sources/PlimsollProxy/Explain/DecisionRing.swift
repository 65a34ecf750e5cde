import Synchronization

/// The last decisions of one loop, the oldest overwritten first.
///
/// Who may touch what: the loop alone appends, any thread reads, neither waits for the other. Each
/// record has a number before it: odd while its words are being written, and telling its place in
/// history when they are whole. A reader that finds another number after its copy than before
/// throws the copy away. All words are atomics, so that a torn copy is wrong and not undefined.
///
/// Memory comes with the first record, and a record's pages when it is first written: a loop that
/// refuses nobody spends nothing.
///
/// Unsafe pointers: `words` holds `capacity` records of `stride` atomics from the first append to
/// `deinit`; those of a record are initialised before `appended` first counts it.
final class DecisionRing: @unchecked Sendable {
    private typealias Word = Atomic<UInt64>

    private static var wordsPerRecord: Int { (MemoryLayout<Decision>.size + 7) / 8 }
    /// The number, then the record.
    private static var stride: Int { 1 + wordsPerRecord }

    /// Records that are kept; 0: none.
    let capacity: Int
    /// Records since the start. Published after the record is whole.
    private let appended = Atomic<Int>(0)
    /// Written once, by the loop, before `appended` is above zero.
    private var words: UnsafeMutablePointer<Word>?

    /// - Parameter capacity: 0 keeps nothing.
    init(capacity: Int) {
        precondition(capacity >= 0, "a ring holds no less than nothing")
        self.capacity = capacity
    }

    deinit {
        words?.deallocate()
    }

    /// What a ring of so many records takes once it is full.
    static func bytes(records: Int) -> Int {
        records * stride * MemoryLayout<Word>.stride
    }

    /// Whether records are wanted. Ask before gathering one.
    var isEnabled: Bool { capacity > 0 }

    /// Adds a record. By its loop only.
    func append(_ decision: Decision) {
        guard capacity > 0 else { return }
        let words = words ?? makeWords()
        let number = appended.load(ordering: .relaxed)
        let record = words + number % capacity * Self.stride
        withUnsafeBytes(of: decision) { bytes in
            if number < capacity {
                Self.initialize(record, bytes)
            } else {
                record.pointee.store(Self.mark(number) - 1, ordering: .relaxed)
                // The odd number comes before the words for whoever sees one of the words.
                atomicMemoryFence(ordering: .releasing)
                for word in 0..<Self.wordsPerRecord {
                    record[1 + word].store(Self.word(word, of: bytes), ordering: .relaxed)
                }
            }
        }
        record.pointee.store(Self.mark(number), ordering: .releasing)
        appended.store(number + 1, ordering: .releasing)
    }

    /// Every record that is whole, the oldest first. From any thread.
    func forEach(_ body: (Decision) -> Void) {
        let count = appended.load(ordering: .acquiring)
        guard count > 0, let words else { return }
        for number in max(0, count - capacity)..<count {
            let record = words + number % capacity * Self.stride
            if let decision = Self.read(record, number) { body(decision) }
        }
    }

    /// Even, and another one for each record there ever was.
    private static func mark(_ number: Int) -> UInt64 { UInt64(number + 1) * 2 }

    private static func read(
        _ record: UnsafeMutablePointer<Word>, _ number: Int
    ) -> Decision? {
        guard record.pointee.load(ordering: .acquiring) == mark(number) else { return nil }
        return withUnsafeTemporaryAllocation(
            byteCount: wordsPerRecord * 8, alignment: 16
        ) { copy -> Decision? in
            for word in 0..<wordsPerRecord {
                copy.storeBytes(
                    of: record[1 + word].load(ordering: .relaxed), toByteOffset: word * 8,
                    as: UInt64.self)
            }
            // The words come before the second look at the number.
            atomicMemoryFence(ordering: .acquiring)
            guard record.pointee.load(ordering: .relaxed) == mark(number) else { return nil }
            return copy.load(as: Decision.self)
        }
    }

    private static func initialize(
        _ record: UnsafeMutablePointer<Word>, _ bytes: UnsafeRawBufferPointer
    ) {
        record.initialize(to: Word(0))
        for word in 0..<wordsPerRecord {
            (record + 1 + word).initialize(to: Word(Self.word(word, of: bytes)))
        }
    }

    private static func word(_ index: Int, of bytes: UnsafeRawBufferPointer) -> UInt64 {
        let start = index * 8
        if start + 8 <= bytes.count {
            return bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
        }
        var last: UInt64 = 0
        for offset in start..<bytes.count {
            last |= UInt64(bytes[offset]) << UInt64((offset - start) * 8)
        }
        return last
    }

    private func makeWords() -> UnsafeMutablePointer<Word> {
        let made = UnsafeMutablePointer<Word>.allocate(capacity: capacity * Self.stride)
        words = made
        return made
    }
}
