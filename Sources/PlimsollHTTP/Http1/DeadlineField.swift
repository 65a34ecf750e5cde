import PlimsollCore

/// How long a client still waits, as a field of its request says it.
public enum TimeLeft: Equatable, Sendable {
    /// From 0, when it waits no more; `Int64.max` for more than can be counted.
    case nanoseconds(Int64)
    /// The field says nothing that can be understood.
    case malformed
}

/// Fields that tell how long an answer is waited for: `grpc-timeout` (gRPC over HTTP/2, Requests),
/// and one of whole milliseconds under a name of the configuration.
///
/// What is left when a request goes out is not known when its head is written: it may have to
/// queue. So the head is written with blanks of fixed width, which are white space before a value,
/// and the number is put there when the head leaves, for each attempt anew.
///
/// Unsafe pointers: ``fill(_:digits:nanoseconds:)`` is lent `digits` bytes of such a head.
public enum DeadlineField {
    /// Room for 300 years in milliseconds.
    public static var digits: Int { 13 }
    /// As many as gRPC allows: 27 hours in milliseconds.
    public static var grpcDigits: Int { 8 }

    // MARK: Reading

    /// Reads whole milliseconds. Below zero the time is over: clients that subtract say that.
    public static func milliseconds(_ value: Span<UInt8>) -> TimeLeft {
        if value.count > 1, value[0] == 0x2D {
            return count(value.extracting(1...)) == nil ? .malformed : .nanoseconds(0)
        }
        guard let count = count(value) else { return .malformed }
        return nanoseconds(count, unit: 1_000_000)
    }

    /// Reads `grpc-timeout`: at most eight digits and one of H, M, S, m, u and n.
    public static func grpcTimeout(_ value: Span<UInt8>) -> TimeLeft {
        guard (2...grpcDigits + 1).contains(value.count),
            let count = count(value.extracting(..<(value.count - 1)))
        else { return .malformed }
        switch value[value.count - 1] {
        case 0x48: return nanoseconds(count, unit: 3_600_000_000_000)
        case 0x4D: return nanoseconds(count, unit: 60_000_000_000)
        case 0x53: return nanoseconds(count, unit: 1_000_000_000)
        case 0x6D: return nanoseconds(count, unit: 1_000_000)
        case 0x75: return nanoseconds(count, unit: 1_000)
        case 0x6E: return nanoseconds(count, unit: 1)
        default: return .malformed
        }
    }

    /// Digits and nothing else; a number beyond 63 bits is the largest.
    private static func count(_ digits: Span<UInt8>) -> Int64? {
        guard !digits.isEmpty else { return nil }
        for index in digits.indices where !ASCII.isDigit(digits[index]) {
            return nil
        }
        return ASCII.decimal(digits) ?? .max
    }

    private static func nanoseconds(_ count: Int64, unit: Int64) -> TimeLeft {
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        return .nanoseconds(overflow ? .max : product)
    }

    // MARK: Writing

    /// Adds a line with room for milliseconds to a head that ends with its empty line.
    /// - Returns: where the digits go, from the writer's start.
    public static func append(_ name: FieldSelector, into writer: inout ByteWriter) -> Int {
        guard !writer.overflowed else { return 0 }
        writer.truncate(to: writer.count - 2)
        name.write(into: &writer)
        writer.append(": ")
        let place = writer.count
        writer.append("             \r\n\r\n")
        return place
    }

    /// Adds a `grpc-timeout` line with room for milliseconds to a head that ends with its empty
    /// line.
    /// - Returns: where the digits go, from the writer's start.
    public static func appendGRPC(into writer: inout ByteWriter) -> Int {
        guard !writer.overflowed else { return 0 }
        writer.truncate(to: writer.count - 2)
        writer.append("grpc-timeout: ")
        let place = writer.count
        writer.append("        m\r\n\r\n")
        return place
    }

    /// Writes what is left, rounded down to milliseconds but at least one: nothing is sent that
    /// has no time left.
    /// - Parameter digits: as many as there is room for; more time than fits is all nines.
    public static func fill(_ place: UnsafeMutableRawPointer, digits: Int, nanoseconds: Int64) {
        var rest = max(1, nanoseconds / 1_000_000)
        var position = digits
        let bytes = UnsafeMutableRawBufferPointer(start: place, count: digits)
        while position > 0 {
            position -= 1
            bytes[position] = rest == 0 ? 0x20 : UInt8(truncatingIfNeeded: rest % 10) + 0x30
            rest /= 10
        }
        if rest > 0 {
            for index in bytes.indices { bytes[index] = 0x39 }
        }
    }
}
