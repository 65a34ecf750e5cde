import PlimsollCore

extension HeadParser {
    /// Reads the field lines from `start` on into ``fields``.
    /// - Returns: where the head ends, or nil if it is not whole yet.
    mutating func readFields(
        _ bytes: RawSpan, from start: Int
    ) throws(RequestHeadError) -> Int? {
        fields.removeAll()
        let count = bytes.byteCount
        var position = start
        while true {
            let colon = ByteScan.colonOrControl(bytes, from: position)
            guard colon < count else { return nil }
            guard ByteScan.byte(bytes, colon) == 0x3A else {
                guard try isLineEnd(colon, bytes) else { return nil }
                guard colon == position else {
                    throw HeadParser.isWhiteSpace(ByteScan.byte(bytes, position))
                        ? .foldedField : .invalidFieldName
                }
                return position &+ 2
            }
            let lineEnd = ByteScan.control(bytes, from: colon &+ 1)
            // A name is judged before its line is whole, like everything else that is here.
            let name = try readName(bytes, from: position, to: colon)
            guard lineEnd < count, try isLineEnd(lineEnd, bytes) else { return nil }
            var value = HeadParser.range(from: colon &+ 2, to: lineEnd)
            let isCanonical = HeadParser.isCanonical(bytes, from: colon &+ 1, to: lineEnd)
            if !isCanonical {
                value = HeadParser.trimmed(bytes, from: colon &+ 1, to: lineEnd)
            }
            let isAdded = fields.append(
                FieldEntry(
                    name: name, nameRange: HeadParser.range(from: position, to: colon),
                    valueRange: value, isCanonical: isCanonical, isHopByHop: name.isHopByHop))
            guard isAdded else { throw .tooManyFields }
            position = lineEnd &+ 2
        }
    }

    /// Which field a name is. Only what is not known needs to be checked byte by byte.
    @inline(__always)
    private func readName(
        _ bytes: RawSpan, from start: Int, to colon: Int
    ) throws(RequestHeadError) -> FieldName {
        let name = FieldName.lookUp(bytes, at: start, count: colon &- start)
        if name != .other { return name }
        guard colon > start, ByteScan.areTokens(bytes, from: start, to: colon) else {
            throw HeadParser.badName(bytes, from: start, to: colon)
        }
        return .other
    }

    /// Whether the control byte at a position is a CR with its LF; false: the LF has not come.
    @inline(__always)
    private func isLineEnd(_ position: Int, _ bytes: RawSpan) throws(RequestHeadError) -> Bool {
        if position &+ 1 < bytes.byteCount && ByteScan.pair(bytes, position) == 0x0A0D {
            return true
        }
        switch LineEnd.at(position, bytes) {
        case .here: return true
        case .incomplete: return false
        case .refused(let error): throw error
        }
    }

    /// What is wrong with a name that is not a token.
    private static func badName(
        _ bytes: RawSpan, from start: Int, to colon: Int
    ) -> RequestHeadError {
        guard start < colon else { return .invalidFieldName }
        if isWhiteSpace(ByteScan.byte(bytes, start)) { return .foldedField }
        return isWhiteSpace(ByteScan.byte(bytes, colon &- 1))
            ? .spaceBeforeColon : .invalidFieldName
    }

    /// Whether there is one space between the colon and a value, and none behind it.
    @inline(__always)
    private static func isCanonical(_ bytes: RawSpan, from start: Int, to end: Int) -> Bool {
        guard end >= start &+ 2 else {
            return end > start && ByteScan.byte(bytes, start) == 0x20
        }
        let before = ByteScan.pair(bytes, start)
        let last = ByteScan.pair(bytes, end &- 2) &>> 8
        return before & 0xFF == 0x20 && before &>> 8 > 0x20 && last > 0x20
    }

    /// Positions in a head, which fit 32 bits because ``HeadLimits`` does.
    @inline(__always)
    private static func range(from start: Int, to end: Int) -> ByteRange {
        ByteRange(
            start: Int32(truncatingIfNeeded: start), count: Int32(truncatingIfNeeded: end &- start))
    }

    /// A value without the spaces and tabs around it.
    private static func trimmed(_ bytes: RawSpan, from start: Int, to end: Int) -> ByteRange {
        var first = start
        var last = end
        while first < last && isWhiteSpace(ByteScan.byte(bytes, first)) {
            first &+= 1
        }
        while last > first && isWhiteSpace(ByteScan.byte(bytes, last &- 1)) {
            last &-= 1
        }
        return ByteRange(from: first, to: last)
    }

    @inline(__always)
    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09
    }
}
