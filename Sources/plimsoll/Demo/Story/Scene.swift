/// The parts of the story, in order.
enum Scene: CaseIterable {
    case calm
    case unprotected
    /// Between the acts: what has piled up drains, and the protection is switched on.
    case intermission
    case protected
    case recovery

    /// The heading.
    var title: String {
        switch self {
        case .calm: "Act 1: all is well"
        case .unprotected: "Act 2: recommendations stalls, and nothing protects the others"
        case .intermission: "Intermission: recommendations is well again, the house empties"
        case .protected: "Act 3: the same stall, with bulkheads and breakers"
        case .recovery: "Act 4: recommendations is well again"
        }
    }

    /// What to look at, lines of at most 78 columns.
    var words: [String] {
        switch self {
        case .calm:
            [
                "Three services behind one proxy that holds 200 client connections.",
                "Inventory is ill now and then; that is its own affair.",
            ]
        case .unprotected:
            [
                "Its 16 workers now take 3 s a request instead of 50 ms. Watch its clients fill",
                "the front, until those who only want to pay find no place.",
            ]
        case .intermission: ["Then SIGHUP: the same file with a bulkhead and a breaker for each."]
        case .protected:
            [
                "16 requests in flight, 16 wait for at most 100 ms, the others hear at once that",
                "it is busy. Once answers prove slow, its breaker opens. Watch payments.",
            ]
        case .recovery: ["The breaker lets a few probes through, and closes when they are well."]
        }
    }

    /// How long it takes, in nanoseconds; the intermission at most.
    var nanoseconds: Int64 {
        switch self {
        case .calm: 8_000_000_000
        case .unprotected: 8_000_000_000
        case .intermission: 8_000_000_000
        case .protected: 10_000_000_000
        case .recovery: 6_000_000_000
        }
    }
}
