/// A place in a configuration file. Both count from 1; columns count code points.
public struct TomlPosition: Sendable, Hashable, Comparable {
    public var line: Int
    public var column: Int

    /// Where a file begins: the place of what is wrong with a file as a whole.
    public static let start = TomlPosition(line: 1, column: 1)

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (left: TomlPosition, right: TomlPosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
