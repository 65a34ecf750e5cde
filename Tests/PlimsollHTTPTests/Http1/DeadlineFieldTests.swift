import PlimsollCore
import PlimsollHTTP
import Testing

@Suite struct DeadlineFieldTests {
    @Test(arguments: [
        ("0", TimeLeft.nanoseconds(0)), ("1", .nanoseconds(1_000_000)),
        ("1500", .nanoseconds(1_500_000_000)), ("000250", .nanoseconds(250_000_000)),
        ("9223372036854", .nanoseconds(9_223_372_036_854_000_000)),
        ("9223372036855", .nanoseconds(.max)), ("9223372036854775808", .nanoseconds(.max)),
        ("99999999999999999999999999999999", .nanoseconds(.max)), ("-1", .nanoseconds(0)),
        ("-99999999999999999999999", .nanoseconds(0)), ("-", .malformed), ("", .malformed),
        ("+5", .malformed), ("1.5", .malformed), ("1e3", .malformed), ("0x10", .malformed),
        ("12 ", .malformed), ("1,2", .malformed), ("--1", .malformed), ("NaN", .malformed),
    ])
    func `milliseconds are read as they were meant`(text: String, left: TimeLeft) {
        #expect(DeadlineField.milliseconds(Array(text.utf8).span) == left)
    }

    @Test(arguments: [
        ("1H", TimeLeft.nanoseconds(3_600_000_000_000)), ("2M", .nanoseconds(120_000_000_000)),
        ("3S", .nanoseconds(3_000_000_000)), ("4m", .nanoseconds(4_000_000)),
        ("5u", .nanoseconds(5_000)), ("6n", .nanoseconds(6)), ("0S", .nanoseconds(0)),
        ("99999999H", .nanoseconds(.max)), ("99999999n", .nanoseconds(99_999_999)),
        ("100000000n", .malformed), ("S", .malformed), ("", .malformed), ("5", .malformed),
        ("5s", .malformed), ("-5S", .malformed), ("5 S", .malformed), ("5SS", .malformed),
    ])
    func `grpc-timeout is read as gRPC has it`(text: String, left: TimeLeft) {
        #expect(DeadlineField.grpcTimeout(Array(text.utf8).span) == left)
    }

    @Test(arguments: [
        (0, "            1"), (999_999, "            1"), (1_000_000, "            1"),
        (1_999_999, "            1"), (1_234_000_000, "         1234"),
        (Int64.max, "9223372036854"),
    ])
    func `what is left is written in its place`(nanoseconds: Int64, value: String) {
        let text = TestText.written { writer in
            writer.append("GET / HTTP/1.1\r\n\r\n")
            let place = DeadlineField.append(FieldSelector("X-Deadline"), into: &writer)
            let grpcPlace = DeadlineField.appendGRPC(into: &writer)
            var copy = writer.withWritten { span in span.withUnsafeBytes { Array($0) } }
            copy.withUnsafeMutableBytes { bytes in
                DeadlineField.fill(
                    bytes.baseAddress! + place, digits: DeadlineField.digits,
                    nanoseconds: nanoseconds)
                DeadlineField.fill(
                    bytes.baseAddress! + grpcPlace, digits: DeadlineField.grpcDigits,
                    nanoseconds: nanoseconds)
            }
            writer.truncate(to: 0)
            writer.append(copy)
        }
        let grpc = nanoseconds == .max ? "99999999" : String(value.suffix(8))
        #expect(
            text == "GET / HTTP/1.1\r\nx-deadline: \(value)\r\ngrpc-timeout: \(grpc)m\r\n\r\n")
    }
}
