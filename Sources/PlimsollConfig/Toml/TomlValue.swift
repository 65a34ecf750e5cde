/// A value of a TOML file and where it stands.
struct TomlNode: Sendable {
    var value: TomlValue
    var position: TomlPosition
}

/// A key and what belongs to it, in the order of the file.
struct TomlEntry: Sendable {
    var key: String
    var keyPosition: TomlPosition
    var node: TomlNode
}

enum TomlValue: Sendable {
    case table([TomlEntry])
    case array([TomlNode])
    case string(String)
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    case dateTime

    /// What people call it, with its article.
    var kindName: String {
        switch self {
        case .table: "a table"
        case .array: "an array"
        case .string: "a string"
        case .integer: "an integer"
        case .float: "a number with a fraction"
        case .boolean: "a Boolean"
        case .dateTime: "a date or time"
        }
    }
}
