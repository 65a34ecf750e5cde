import PlimsollCore
import PlimsollPolicy

/// Fills in the settings of retries and hedges.
extension UpstreamDecoder {
    func decodeRetry(_ reader: TableReader) -> RetrySettings? {
        let retries = reader.integer("attempts")
        let conditions = decodeConditions(reader)
        let budgetRatio = reader.ratio("budget_ratio")
        let budgetMinimum = reader.integer("budget_minimum_per_second")
        let hedgeAfter = decodeHedge(reader)
        let backoff = reader.duration("backoff")
        let retryAfterMaximum = reader.duration("retry_after_maximum")
        let isEnforced = isEnforced(reader)
        return settings(in: reader) { () throws(SettingsError) in
            try RetrySettings(
                retries: retries, conditions: conditions, budgetRatio: budgetRatio,
                budgetMinimumPerSecond: budgetMinimum, hedgeAfter: hedgeAfter, backoff: backoff,
                retryAfterMaximum: retryAfterMaximum, isEnforced: isEnforced)
        }
    }

    /// A word, or a duration.
    private func decodeHedge(_ reader: TableReader) -> HedgeDelay {
        let standard = RetrySettings.standard.hedgeAfter
        guard let text = reader.string("hedge_after") else { return standard }
        if let delay = HedgeDelay(word: text) { return delay }
        guard let duration = try? DurationText.parse(text),
            ConfigurationKey.waits.contains(duration)
        else {
            reader.refuse("hedge_after", because: quoted(text))
            return standard
        }
        return .after(duration)
    }

    /// The words one by one, so that each wrong one is told at its own place.
    private func decodeConditions(_ reader: TableReader) -> RetryConditions {
        guard let words = reader.strings("on") else { return .standard }
        var good: [String] = []
        for (text, position) in words {
            do {
                _ = try RetryConditions(words: [text])
                good.append(text)
            } catch {
                let known = ["connect-failure", "reset-before-response"]
                let nearest = NearestName.nearest(to: text, among: known)
                let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
                reader.problems.error(
                    at: position, "\(reader.title).on holds \(quoted(text))",
                    fix: "it must be \(error.rule)\(hint)")
            }
        }
        return (try? RetryConditions(words: good)) ?? .standard
    }
}
