import Glibc

/// Which seeds a run takes: a few by default, more or another one on request.
enum SeedChoice {
    /// `PLIMSOLL_SEED=n` takes just that one, `PLIMSOLL_SEEDS=n` the first so many.
    static func seeds(standard: Int) -> [UInt64] {
        if let text = getenv("PLIMSOLL_SEED"), let seed = UInt64(String(cString: text)) {
            return [seed]
        }
        if let text = getenv("PLIMSOLL_SEEDS"), let count = UInt64(String(cString: text)) {
            return Array(0..<count)
        }
        return Array(0..<UInt64(standard))
    }
}
