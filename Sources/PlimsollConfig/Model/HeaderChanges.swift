/// Changes to the fields of a message, in this order: `remove`, `set`, `add`.
public struct HeaderChanges: Sendable, Equatable {
    public struct Field: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Takes the place of every line of that name.
    public var set: [Field] = []
    /// Added beside what is there.
    public var add: [Field] = []
    /// Lower case names.
    public var remove: [String] = []

    public var isEmpty: Bool { self.set.isEmpty && add.isEmpty && remove.isEmpty }

    public init() {}
}
