import PlimsollCore

/// A connection of the proxy to a toy service. It brings one request at a time.
struct ServiceConnection {
    enum Phase {
        case receiving
        /// In the pool: nothing is outstanding, so that its end is not noticed either.
        case working
        case sending
    }

    let service: DemoService
    let descriptor: Int32
    var phase = Phase.receiving
    var work = TimerID.none
    /// How much of the empty line that ends a head was seen last.
    var ending = 0

    /// Looks for the end of a request's head.
    /// - Returns: whether it is here.
    mutating func read(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let pattern: InlineArray<4, UInt8> = [0x0D, 0x0A, 0x0D, 0x0A]
        for byte in bytes {
            if byte == pattern[ending] {
                ending += 1
            } else {
                ending = byte == 0x0D ? 1 : 0
            }
            if ending == 4 {
                ending = 0
                return true
            }
        }
        return false
    }
}
