/// Whether failures in a row mean that something has changed.
///
/// Where half of all requests fail anyway, ten in a row come by chance every few seconds, and
/// whoever opens or ejects for that takes away the half that works. So a run counts only if chance
/// alone, at the share of failures outside of it, would make one as long less than once in a
/// billion requests: with up to 12 % failing anyway ten in a row will do, with half it takes 30.
public enum FailureRun {
    /// Of the requests that begin a run, the share that may begin a misleading one.
    private static var misleadingShare: Double { 1e-9 }
    /// - Parameters:
    ///   - length: failures in a row, the last one included.
    ///   - failures: all recent ones, the run included.
    ///   - requests: all recent ones, the run included.
    public static func isBeyondChance(length: Int, failures: Int, requests: Int) -> Bool {
        let others = requests - length
        guard others > 0 else { return true }
        // Laplace's rule of succession: what little is known says little.
        let share = Double(max(0, failures - length) + 1) / Double(others + 2)
        var chance = 1.0
        for _ in 0..<length {
            chance *= share
            if chance < misleadingShare { return true }
        }
        return false
    }
}
