/// How much it matters that a request gets through when not all can. Lower raw values go first.
public enum Priority: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// What the business stands on: served as long as anything is.
    case critical
    /// What nobody has said anything about.
    case standard
    /// Worth having, and the first to do without under load.
    case sheddable
    /// Nobody waits for it: batch jobs, prefetching, crawlers.
    case background

    /// The class as configuration, metrics, logs and request headers have it.
    public var label: StaticString {
        switch self {
        case .critical: "critical"
        case .standard: "default"
        case .sheddable: "sheddable"
        case .background: "background"
        }
    }

    /// The class of an urgency of RFC 9218: 3 is what nobody has said anything about.
    /// - Parameter urgency: from 0, the most urgent, to 7.
    public init(urgency: UInt8) {
        switch urgency {
        case 0...1: self = .critical
        case 2...3: self = .standard
        case 4...5: self = .sheddable
        default: self = .background
        }
    }

    /// The class of a name; nil when none has it.
    public init?(name: String) {
        guard let found = Priority.allCases.first(where: { "\($0.label)" == name }) else {
            return nil
        }
        self = found
    }

    /// Number of classes.
    public static var count: Int { 4 }
}

extension Priority: Comparable {
    /// Smaller is more important: whoever sorts gets the order of service.
    public static func < (left: Priority, right: Priority) -> Bool {
        left.rawValue < right.rawValue
    }
}
