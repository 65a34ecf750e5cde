import PlimsollCore

/// Adds fields to a ``FieldList``, with everything that changes for each of them in registers.
///
/// Unsafe pointers: they belong to the list, which outlives this. `next` stays within the entries
/// because it is compared with `end`, and `firstPlaces` has one place for every possible name.
struct FieldFiller {
    private let firstPlaces: UnsafeMutablePointer<Int32>
    private let end: UnsafeMutablePointer<FieldEntry>
    private var next: UnsafeMutablePointer<FieldEntry>
    private(set) var count: Int32 = 0
    private(set) var presentBits: UInt64 = 0
    private(set) var repeatedBits: UInt64 = 0

    init(
        entries: UnsafeMutablePointer<FieldEntry>, firstPlaces: UnsafeMutablePointer<Int32>,
        capacity: Int
    ) {
        self.firstPlaces = firstPlaces
        next = entries
        end = entries + capacity
    }

    /// Adds a field at the end. False: there is no room.
    @inline(__always)
    mutating func append(_ entry: FieldEntry) -> Bool {
        guard next != end else { return false }
        next.initialize(to: entry)
        next += 1
        // Names that are not known have a place and a bit here, which nobody asks for.
        let bit = 1 &<< UInt64(entry.name.rawValue)
        if presentBits & bit == 0 { firstPlaces[Int(entry.name.rawValue)] = count }
        repeatedBits |= presentBits & bit
        presentBits |= bit
        count &+= 1
        return true
    }
}
