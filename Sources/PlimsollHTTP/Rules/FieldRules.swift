import PlimsollCore

/// What a route does to the fields of messages in one direction, compiled: names to drop, and
/// lines to add that are ready to be copied. A field that a route sets or removes is also not
/// written by us: the operator has the last word on everything but framing, Host and Connection.
///
/// Unsafe pointers: `lines` is allocated in `init`, never written afterwards, freed in `deinit`.
public final class FieldRules: Sendable {
    /// Known names that the route sets or removes.
    let dropBits: UInt64
    /// Whether names that are not known are dropped as well.
    let dropsOthers: Bool
    /// Lower-case names that are not known, each after its length in one byte.
    private let others: [UInt8]
    nonisolated(unsafe) private let lines: UnsafeRawBufferPointer

    /// Nothing is changed.
    public convenience init() {
        self.init(set: [], add: [], remove: [])
    }

    /// - Parameters: names are tokens of at most 255 bytes, values have no control bytes; none is
    ///   about framing, Host or the connection. The configuration's check has seen to that.
    public init(
        set: [(name: String, value: String)], add: [(name: String, value: String)],
        remove: [String]
    ) {
        var bits: UInt64 = 0
        var others: [UInt8] = []
        for name in remove + set.map(\.name) {
            let bytes = Array(name.utf8)
            let known = FieldName(bytes.span)
            precondition(
                known.bit & FieldRules.ownedBits == 0, "framing fields are not a route's to change")
            bits |= known.bit
            if known == .other {
                precondition(bytes.count <= 255, "a field name is at most 255 bytes long")
                others.append(UInt8(bytes.count))
                others += bytes.map(ASCII.lowered)
            }
        }
        var text: [UInt8] = []
        for field in set + add {
            precondition(
                (field.name + field.value).utf8.allSatisfy {
                    ($0 >= 0x20 || $0 == 9) && $0 != 0x7F
                },
                "a field has no control bytes")
            text += Array("\(field.name): \(field.value)\r\n".utf8)
        }
        dropBits = bits
        dropsOthers = !others.isEmpty
        self.others = others
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: text.count, alignment: 1)
        memory.copyBytes(from: text)
        lines = UnsafeRawBufferPointer(memory)
    }

    deinit {
        lines.deallocate()
    }

    /// Whether the route sets or removes a known field: then it is not for us to write it.
    public func changes(_ name: FieldName) -> Bool {
        dropBits & name.bit != 0
    }

    /// Whether a name that is not known is to be dropped.
    @inline(never)
    func drops(other name: Span<UInt8>) -> Bool {
        var position = 0
        while position < others.count {
            let count = Int(others[position])
            let start = position + 1
            position = start + count
            guard count == name.count else { continue }
            var isSame = true
            for index in 0..<count where ASCII.lowered(name[index]) != others[start + index] {
                isSame = false
                break
            }
            if isSame { return true }
        }
        return false
    }

    /// Appends the lines that the route sets and adds.
    @inline(__always)
    func writeLines(into writer: inout ByteWriter) {
        if lines.count > 0 { writer.append(lines) }
    }

    private static var ownedBits: UInt64 {
        FieldName.hopByHopBits | FieldName.host.bit | FieldName.contentLength.bit
    }
}
