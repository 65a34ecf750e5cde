import PlimsollCore

/// How long an upstream asks to be left alone in its answer: Retry-After (RFC 9110, section
/// 10.2.3) and `grpc-retry-pushback-ms` (gRPC proposal A6).
public enum PushBack {
    /// - Parameter bytes: what the fields were parsed from.
    /// - Returns: the wait in nanoseconds, the longer of both fields; negative when no retry is
    ///   wanted; nil when the answer says nothing of it. A date is `Int64.max`: it is a whole
    ///   second away at least, by a clock that need not be ours.
    public static func nanoseconds(
        fields: borrowing FieldList, bytes: Span<UInt8>
    ) -> Int64? {
        var wait: Int64?
        if let index = fields.first(.retryAfter) {
            let value = bytes.extracting(fields[index].valueRange.indices)
            wait = ASCII.decimal(value).map { saturated($0, times: 1_000_000_000) } ?? .max
        }
        for index in 0..<fields.count where fields[index].name == .other {
            let name = bytes.extracting(fields[index].nameRange.indices)
            guard ASCII.equalsIgnoringCase(name, lowerCase: "grpc-retry-pushback-ms") else {
                continue
            }
            // A value that is no number means the same as a negative one.
            guard
                let milliseconds = ASCII.decimal(
                    bytes.extracting(fields[index].valueRange.indices))
            else { return -1 }
            wait = max(wait ?? 0, saturated(milliseconds, times: 1_000_000))
        }
        return wait
    }

    private static func saturated(_ count: Int64, times unit: Int64) -> Int64 {
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? .max : product
    }
}
