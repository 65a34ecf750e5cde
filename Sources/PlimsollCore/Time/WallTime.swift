/// A point in Coordinated Universal Time, for Date fields and logs only: it may jump, so nothing
/// is ever measured with it.
@frozen
public struct WallTime: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public var seconds: Int64
    /// 0 to 999,999,999.
    public var nanoseconds: Int32

    @inlinable
    public init(seconds: Int64, nanoseconds: Int32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    @inlinable
    public static func < (left: WallTime, right: WallTime) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// Bytes that ``writeFixdate(into:)`` writes.
    public static var fixdateBytes: Int { 29 }
    /// Bytes that ``writeTimestamp(into:)`` writes.
    public static var timestampBytes: Int { 27 }

    /// Writes `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate, RFC 9110, section 5.6.7).
    public func writeFixdate(into writer: inout ByteWriter) {
        let date = CivilDate(daysSinceEpoch: days)
        writer.append(CivilDate.weekdays[Int(((days + 4) % 7 + 7) % 7)])
        writer.append(", ")
        writer.append(padded: date.day)
        writer.append(0x20)
        writer.append(CivilDate.months[Int(date.month - 1)])
        writer.append(0x20)
        writer.append(padded: date.year / 100)
        writer.append(padded: date.year % 100)
        writer.append(0x20)
        writeTimeOfDay(into: &writer)
        writer.append(" GMT")
    }

    /// Writes `1994-11-06T08:49:37.123456Z` (RFC 3339), cut off at microseconds.
    public func writeTimestamp(into writer: inout ByteWriter) {
        let date = CivilDate(daysSinceEpoch: days)
        writer.append(padded: date.year / 100)
        writer.append(padded: date.year % 100)
        writer.append(0x2D)
        writer.append(padded: date.month)
        writer.append(0x2D)
        writer.append(padded: date.day)
        writer.append(0x54)
        writeTimeOfDay(into: &writer)
        writer.append(0x2E)
        let microseconds = Int64(nanoseconds) / 1000
        writer.append(padded: microseconds / 10_000)
        writer.append(padded: microseconds / 100 % 100)
        writer.append(padded: microseconds % 100)
        writer.append(0x5A)
    }

    /// Whole days since the epoch, rounded down.
    private var days: Int64 {
        seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    }

    private func writeTimeOfDay(into writer: inout ByteWriter) {
        let second = seconds - days * 86_400
        writer.append(padded: second / 3_600)
        writer.append(0x3A)
        writer.append(padded: second / 60 % 60)
        writer.append(0x3A)
        writer.append(padded: second % 60)
    }
}

/// A day of the Gregorian calendar, for years 0 to 9999.
private struct CivilDate {
    let year: Int64
    let month: Int64
    let day: Int64

    static let weekdays: [StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Howard Hinnant's `civil_from_days`: years begin in March, so that the leap day is the last,
    /// and 400 of them always have 146,097 days.
    init(daysSinceEpoch: Int64) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}

extension ByteWriter {
    /// Appends the last two decimal digits of a number that is not negative.
    fileprivate mutating func append(padded value: Int64) {
        append(UInt8(truncatingIfNeeded: value / 10 % 10) &+ 0x30)
        append(UInt8(truncatingIfNeeded: value % 10) &+ 0x30)
    }
}
