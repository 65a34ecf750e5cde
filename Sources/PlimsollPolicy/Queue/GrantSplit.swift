/// Which classes the permits of late went to. What higher classes take is not there for a lower
/// one, so its place in the queue means a longer wait than the upstream's pace says.
struct GrantSplit {
    /// Older grants count half when so many were counted.
    private static var window: Int { 128 }
    /// A class is never said to have less: what it has is the trickle.
    private static var percentMinimum: Int64 { 5 }

    private var grants = [Int](repeating: 0, count: Priority.count)
    private var total = 0

    mutating func count(_ priority: Priority) {
        grants[Int(priority.rawValue)] += 1
        total += 1
        guard total >= Self.window else { return }
        total = 0
        for position in grants.indices {
            grants[position] /= 2
            total += grants[position]
        }
    }

    /// The share of permits that does not go to higher classes, in percent.
    func percentLeft(for priority: Priority) -> Int64 {
        var higher = 0
        for position in 0..<Int(priority.rawValue) { higher += grants[position] }
        guard total > 0 else { return 100 }
        return max(Self.percentMinimum, 100 - Int64(higher * 100 / total))
    }
}
