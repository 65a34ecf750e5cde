/// The keys that one kind of file may hold, found by path and by table.
struct KeyList: Sendable {
    /// What the daemon reads.
    static let configuration = KeyList(ConfigurationKey.all)
    /// What `plimsoll sim` reads as its traffic.
    static let traffic = KeyList(ConfigurationKey.traffic)

    private let byPath: [String: ConfigurationKey]
    /// The names that may stand in a table, in the order of the reference: keys and the tables
    /// inside it. Asked for the tables of the list only.
    private let namesByTable: [String: [String]]

    init(_ keys: [ConfigurationKey]) {
        byPath = Dictionary(uniqueKeysWithValues: keys.map { ($0.path, $0) })
        var names: [String: [String]] = [:]
        for key in keys {
            var table = ""
            for part in key.path.split(separator: ".") {
                if names[table]?.contains(String(part)) != true {
                    names[table, default: []].append(String(part))
                }
                table += table.isEmpty ? String(part) : ".\(part)"
            }
        }
        namesByTable = names
    }

    func named(_ path: String) -> ConfigurationKey? { byPath[path] }

    func names(inTable path: String) -> [String] { namesByTable[path] ?? [] }
}
