import PlimsollCore

/// The field lines of one head, in the order they came. Its room is fixed, so that filling it
/// again for the next head allocates nothing.
///
/// Unsafe pointers: `entries` is allocated in `init` for `capacity` entries and freed in `deinit`;
/// every access is checked against `count` or `capacity`.
public struct FieldList: ~Copyable {
    private let entries: UnsafeMutablePointer<FieldEntry>
    /// Most fields held at once.
    public let capacity: Int
    /// Fields held now.
    public private(set) var count = 0
    /// The known names among them, a bit each (``FieldName/bit``).
    public private(set) var presentBits: UInt64 = 0
    /// The known names that occur more than once.
    public private(set) var repeatedBits: UInt64 = 0

    /// - Parameter capacity: most fields; at least 1.
    public init(capacity: Int) {
        precondition(capacity >= 1, "a head may have at least one field")
        self.capacity = capacity
        entries = .allocate(capacity: capacity)
    }

    deinit {
        entries.deallocate()
    }

    /// The field at a place below ``count``.
    public subscript(index: Int) -> FieldEntry {
        precondition(index >= 0 && index < count, "there is no such field")
        return entries[index]
    }

    /// Whether a known field occurs at all.
    public func contains(_ name: FieldName) -> Bool {
        presentBits & name.bit != 0
    }

    /// The place of the first field of a known name.
    public func first(_ name: FieldName) -> Int? {
        guard contains(name) else { return nil }
        for index in 0..<count where entries[index].name == name {
            return index
        }
        return nil
    }

    mutating func removeAll() {
        count = 0
        presentBits = 0
        repeatedBits = 0
    }

    /// Adds a field at the end. False: there is no room.
    @inline(__always)
    mutating func append(_ entry: FieldEntry) -> Bool {
        guard count < capacity else { return false }
        (entries + count).initialize(to: entry)
        count &+= 1
        let bit = entry.name.bit
        repeatedBits |= presentBits & bit
        presentBits |= bit
        return true
    }

    /// Notes that Connection names the field at a place.
    mutating func markHopByHop(_ index: Int) {
        precondition(index >= 0 && index < count, "there is no such field")
        entries[index].isHopByHop = true
    }
}
