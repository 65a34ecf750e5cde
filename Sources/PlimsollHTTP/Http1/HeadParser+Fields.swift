import PlimsollCore

extension HeadParser {
    /// Reads the field lines from `start` on into ``fields``.
    ///
    /// Sixteen bytes at a line's start mark where its name ends and, when it is short, where its
    /// value does. What is not as it nearly always is gets looked at again, byte class by byte
    /// class.
    /// - Returns: where the head ends, or nil if it is not whole yet.
    mutating func readFields(
        _ bytes: RawSpan, from start: Int
    ) throws(RequestHeadError) -> Int? {
        fields.removeAll()
        var filler = fields.filler
        let last = bytes.byteCount &- 16
        var position = start
        while true {
            let marks = position <= last ? ByteScan.lineMarks(bytes, at: position) : 0
            let hit = marks.trailingZeroBitCount
            var colon = position &+ hit &>> 2
            var base = position
            var ends = marks & (ByteScan.endBits &<< UInt64(truncatingIfNeeded: hit &- 1))
            if hit & 1 == 0 {
                if isPlainLineEnd(position, bytes) {
                    fields.take(filler)
                    return position &+ 2
                }
                guard let found = try HeadParser.nameEnd(bytes, from: position) else { return nil }
                colon = found
                base = colon &- 15
                ends = 0
            }
            let name = FieldName.known(bytes, at: position, count: colon &- position)
            // A name is judged before its line is whole, like everything else that is here.
            if name == .other { try HeadParser.checkName(bytes, from: position, to: colon) }
            while ends == 0 && base &+ 16 <= last {
                base &+= 16
                ends = ByteScan.endMarks(bytes, at: base)
            }
            // There are no control bytes before this, whether there are marks or not.
            var lineEnd = base &+ ends.trailingZeroBitCount &>> 2
            if !isPlainLineEnd(lineEnd, bytes) {
                guard let found = try HeadParser.lineEnd(bytes, from: lineEnd) else { return nil }
                lineEnd = found
            }
            var value = HeadParser.range(from: colon &+ 2, to: lineEnd)
            let isCanonical = HeadParser.isCanonical(bytes, from: colon &+ 1, to: lineEnd)
            if !isCanonical {
                value = HeadParser.trimmed(bytes, from: colon &+ 1, to: lineEnd)
            }
            let isAdded = filler.append(
                FieldEntry(
                    name: name, nameRange: HeadParser.range(from: position, to: colon),
                    valueRange: value, isCanonical: isCanonical, isHopByHop: name.isHopByHop))
            guard isAdded else { throw .tooManyFields }
            position = lineEnd &+ 2
        }
    }

    /// Where the colon after a name is that sixteen bytes do not show. Nil: it has not come yet.
    @inline(never)
    private static func nameEnd(
        _ bytes: RawSpan, from position: Int
    ) throws(RequestHeadError) -> Int? {
        let colon = ByteScan.colonOrControl(bytes, from: position)
        guard colon < bytes.byteCount else { return nil }
        if ByteScan.byte(bytes, colon) == 0x3A { return colon }
        // The end of the whole head was looked for already: it may only be half there.
        guard try isLineEnd(colon, bytes) else { return nil }
        throw isWhiteSpace(ByteScan.byte(bytes, position)) ? .foldedField : .invalidFieldName
    }

    /// Where the line ends whose end has not come before `position`. Nil: it has not come yet.
    @inline(never)
    private static func lineEnd(
        _ bytes: RawSpan, from position: Int
    ) throws(RequestHeadError) -> Int? {
        let end = ByteScan.control(bytes, from: position)
        guard end < bytes.byteCount, try isLineEnd(end, bytes) else { return nil }
        return end
    }

    /// Checks a name that is not known, byte by byte.
    @inline(never)
    private static func checkName(
        _ bytes: RawSpan, from start: Int, to colon: Int
    ) throws(RequestHeadError) {
        guard colon > start, ByteScan.areTokens(bytes, from: start, to: colon) else {
            throw badName(bytes, from: start, to: colon)
        }
    }

    /// Whether a CR and its LF are at a position, which may lie beyond the bytes.
    @inline(__always)
    private func isPlainLineEnd(_ position: Int, _ bytes: RawSpan) -> Bool {
        position &+ 1 < bytes.byteCount && ByteScan.pair(bytes, position) == 0x0A0D
    }

    /// Whether the control byte at a position is a CR with its LF; false: the LF has not come.
    private static func isLineEnd(
        _ position: Int, _ bytes: RawSpan
    ) throws(RequestHeadError) -> Bool {
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

    /// Whether there is one space between the colon and a value, and none behind it. The line
    /// ends, with two bytes, at or after `start`.
    @inline(__always)
    private static func isCanonical(_ bytes: RawSpan, from start: Int, to end: Int) -> Bool {
        let before = ByteScan.pair(bytes, start)
        guard before & 0xFF == 0x20 else { return false }
        // An empty value has the CR behind its space.
        return before &>> 8 > 0x20
            ? ByteScan.byteBefore(bytes, end) > 0x20 : end == start &+ 1
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
