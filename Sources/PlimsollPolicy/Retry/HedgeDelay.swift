/// After which wait for an answer a second attempt is sent beside the first.
public enum HedgeDelay: Equatable, Sendable {
    /// Never.
    case off
    /// Once the attempt looks stuck: after four times the 99th percentile of recent answers, and
    /// not before ``stuckMinimum``. Healthy traffic nearly never gets there.
    case stuck
    /// After this percentile of recent answers, in thousandths: 950 is the 95th. 500 to 999.
    case percentile(thousandths: Int)
    /// After a fixed time. 1 ms to a day.
    case after(Duration)

    /// An answer is not stuck before this, however quick others are: a pause of a garbage
    /// collector or of a disk is no outage.
    public static let stuckMinimum: Duration = .milliseconds(100)

    /// How many times the 99th percentile makes an answer stuck. For latencies that spread as
    /// widely as a lognormal with sigma 1, one answer in ten thousand is slower than that.
    static var stuckFactor: Int64 { 4 }

    /// Reads `off`, `auto`, or a percentile from `p50` to `p99.9`; nil for every other word, which
    /// may be a duration.
    public init?(word: String) {
        switch word {
        case "off": self = .off
        case "auto": self = .stuck
        default:
            guard let thousandths = Self.thousandths(word) else { return nil }
            self = .percentile(thousandths: thousandths)
        }
    }

    private static func thousandths(_ word: String) -> Int? {
        let bytes = Array(word.utf8)
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        guard bytes.count >= 3, bytes[0] == UInt8(ascii: "p"), isDigit(bytes[1]),
            isDigit(bytes[2])
        else { return nil }
        var value = (Int(bytes[1]) - 0x30) * 100 + (Int(bytes[2]) - 0x30) * 10
        if bytes.count == 5, bytes[3] == UInt8(ascii: "."), isDigit(bytes[4]) {
            value += Int(bytes[4]) - 0x30
        } else if bytes.count != 3 {
            return nil
        }
        return (500...999).contains(value) ? value : nil
    }

    /// The word that ``init(word:)`` reads; nil for a duration.
    public var word: String? {
        switch self {
        case .off: "off"
        case .stuck: "auto"
        case .percentile(let thousandths):
            "p\(thousandths / 10)" + (thousandths % 10 == 0 ? "" : ".\(thousandths % 10)")
        case .after: nil
        }
    }
}
