import PlimsollPolicy

extension TableReader {
    /// The settings of a policy from values of this table; nil, with the problem written down, when
    /// they break a rule that ranges of single keys cannot tell.
    func settings<Settings>(_ make: () throws(SettingsError) -> Settings) -> Settings? {
        do {
            return try make()
        } catch {
            // As its author wrote it, if the author did.
            let value = entry(error.key).map { written($0.node.value) } ?? error.value
            problems.error(
                at: valuePosition(of: error.key), "\(title(of: error.key)) is \(value)",
                fix: "it must be \(error.rule)")
            return nil
        }
    }
}
