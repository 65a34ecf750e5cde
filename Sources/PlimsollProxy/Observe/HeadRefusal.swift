import PlimsollCore
import PlimsollHTTP

/// All that is logged of a head that was refused before it became an exchange: what it asked for
/// is not known.
struct HeadRefusal: BitwiseCopyable {
    var status: UInt16
    var fault: ClientFault
    /// The rule that it broke, as the answer has it.
    var details: StaticString
    /// As the answer has it.
    var requestID: RequestID
    /// Bytes that were here of it when it was refused.
    var headBytes: Int
    /// Bytes of the whole answer; 0 when there was no buffer for one.
    var sentBytes: Int
    var refusedAt: Instant
}
