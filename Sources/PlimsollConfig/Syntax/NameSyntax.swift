/// Names that operators give to listeners and upstreams. They become metric labels and words of
/// the status page, so they stay plain.
enum NameSyntax {
    static let rule = "1 to 64 letters, digits, \"-\", \"_\" and \".\""

    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { HostSyntax.isLetterOrDigit($0) || "-_.".utf8.contains($0) }
    }
}
