/// The three services of the demo.
enum DemoService: Int, CaseIterable {
    case payments
    case recommendations
    case inventory

    var name: String { "\(self)" }

    /// Requests a second that its clients send.
    var rate: Double {
        switch self {
        case .payments, .recommendations: 100
        case .inventory: 50
        }
    }

    /// How long its clients wait for an answer. Whoever pays gives up soon; a page that waits for
    /// recommendations goes on turning its wheel.
    var patienceNanoseconds: Int64 {
        switch self {
        case .payments, .inventory: 1_000_000_000
        case .recommendations: 10_000_000_000
        }
    }

    /// Requests that the service works on at once; others wait inside it, without limit.
    var slots: Int {
        switch self {
        case .payments: 32
        case .recommendations: 16
        case .inventory: 32
        }
    }

    /// How long it works on a request when all is well, in nanoseconds.
    var workNanoseconds: Int64 {
        switch self {
        case .payments: 5_000_000
        case .recommendations: 50_000_000
        case .inventory: 10_000_000
        }
    }
}
