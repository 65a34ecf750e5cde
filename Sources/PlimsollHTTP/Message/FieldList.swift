import PlimsollCore

/// The field lines of one head, in the order they came. Its room is fixed, so that filling it
/// again for the next head allocates nothing.
///
/// Unsafe pointers: both are allocated in `init` and freed in `deinit`. Every access to `entries`
/// is checked against `count` or `capacity`; `firstPlaces` has one place for every possible name,
/// of which those in `presentBits` are initialised and the others are never read.
public struct FieldList: ~Copyable {
    private let entries: UnsafeMutablePointer<FieldEntry>
    private let firstPlaces: UnsafeMutablePointer<Int32>
    /// Most fields held at once.
    public let capacity: Int
    /// Fields held now.
    public private(set) var count = 0
    /// The known names among them, a bit each (``FieldName/bit``).
    public private(set) var presentBits: UInt64 = 0
    /// The known names that occur more than once.
    public private(set) var repeatedBits: UInt64 = 0

    /// - Parameter capacity: most fields; 1 to 65,536.
    public init(capacity: Int) {
        precondition(
            capacity >= 1 && capacity <= 65_536, "a head may have 1 to 65,536 fields")
        self.capacity = capacity
        entries = .allocate(capacity: capacity)
        firstPlaces = .allocate(capacity: 64)
    }

    deinit {
        entries.deallocate()
        firstPlaces.deallocate()
    }

    /// The field at a place below ``count``.
    public subscript(index: Int) -> FieldEntry {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "there is no such field")
        return entries[index]
    }

    /// Whether a known field occurs at all.
    public func contains(_ name: FieldName) -> Bool {
        presentBits & name.bit != 0
    }

    /// The place of the first field of a known name, found without a search.
    public func first(_ name: FieldName) -> Int? {
        contains(name) ? Int(firstPlaces[Int(name.rawValue)]) : nil
    }

    mutating func removeAll() {
        count = 0
        presentBits = 0
        repeatedBits = 0
    }

    /// Fills the list from its start; what it adds is not seen before ``take(_:)``.
    var filler: FieldFiller {
        FieldFiller(entries: entries, firstPlaces: firstPlaces, capacity: capacity)
    }

    /// Holds what a filler of this list has added, and nothing else.
    mutating func take(_ filler: FieldFiller) {
        count = Int(filler.count)
        presentBits = filler.presentBits & FieldName.knownBits
        repeatedBits = filler.repeatedBits & FieldName.knownBits
    }

    /// Notes that Connection names the field at a place.
    mutating func markHopByHop(_ index: Int) {
        precondition(index >= 0 && index < count, "there is no such field")
        entries[index].isHopByHop = true
    }
}
