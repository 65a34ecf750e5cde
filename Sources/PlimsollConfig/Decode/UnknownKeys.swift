/// Keys that mean nothing. They are refused, as a misspelt limit that is silently left out is a
/// limit that is not there.
enum UnknownKeys {
    static func refuse(
        _ entry: TomlEntry, in title: String, known: [String], problems: ProblemCollector
    ) {
        let place = title.isEmpty ? "at the top of the file" : "in \(title)"
        let fix: String
        if let nearest = NearestName.nearest(to: entry.key, among: known) {
            fix = "did you mean \"\(nearest)\"?"
        } else {
            fix = "the keys here are \(known.joined(separator: ", "))"
        }
        problems.error(
            at: entry.keyPosition, "unknown key \(quoted(entry.key)) \(place)", fix: fix)
    }
}
