/// Bytes that wait to be sent, taken from the front.
struct OutgoingBytes {
    private var bytes: [UInt8] = []
    private var offset = 0

    var count: Int { bytes.count - offset }
    var isEmpty: Bool { offset == bytes.count }

    mutating func append(_ more: [UInt8]) {
        if isEmpty {
            removeAll()
        }
        bytes += more
    }

    /// The first bytes.
    func prefix(_ count: Int) -> [UInt8] {
        Array(bytes[offset..<offset + count])
    }

    mutating func removeFirst(_ count: Int) {
        offset += count
        if isEmpty {
            removeAll()
        }
    }

    mutating func removeAll() {
        bytes.removeAll()
        offset = 0
    }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
    }
}
