import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy
struct TimerWheel: ~Copyable { init(start: Instant) {}
 mutating func schedule(owner: UInt64, at: Instant) -> TimerID { fatalError() }
 mutating func reschedule(_ t: TimerID, at: Instant) {}
 mutating func cancel(_ t: TimerID) {}
 mutating func expired(at: Instant) -> UInt64? { nil }
 var nextDeadline: Instant { .distantFuture } }
struct LocalAnswer { init(reason: EndReason, requestID: RequestID, retryAfterNanoseconds: Int64, head: RequestHead, closes: Bool) {}
 init(refused: UInt16, details: StaticString, requestID: RequestID) {}
 var status: UInt16 { 0 }
 func write(into w: inout ByteWriter, date: Int) {} }
extension Worker { func currentDate() -> Int { 0 }
 func writeInterim(into w: inout ByteWriter, _ h: ResponseHead, _ b: Span<UInt8>) {}
 func writeAnswerHead(_ e: UInt32, _ h: ResponseHead, _ f: OutgoingFraming, into w: inout ByteWriter) {}
 func writeUpgradeHead(_ e: UInt32, _ h: ResponseHead, into w: inout ByteWriter) {}
 func observe(_ e: UInt32) {}
 mutating func begin(_ c: UInt32, _ h: RequestHead) {}
}
struct DateCache {}
