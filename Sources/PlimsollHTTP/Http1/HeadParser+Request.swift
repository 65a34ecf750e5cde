import PlimsollCore

extension HeadParser {
    /// Reads a request's head from its start. False: it is not whole yet.
    mutating func readRequest(
        _ bytes: Span<UInt8>, _ limits: HeadLimits, _ head: inout RequestHead
    ) throws(RequestHeadError) -> Bool {
        let raw = bytes.bytes
        guard let line = try RequestLine.read(raw, limits: limits),
            let end = try readFields(raw, from: line.end)
        else { return false }
        guard end <= limits.headBytesMaximum else { throw .headTooLarge }
        head.method = line.method
        head.methodRange = line.methodRange
        head.target = line.target
        head.path = line.form.path
        head.query = line.form.query
        head.minorVersion = line.minorVersion
        head.headBytes = end
        head.authority = try authority(raw, line)
        head.framing = try FramingRules.framing(fields, bytes, minorVersion: line.minorVersion)
        let connection = ConnectionRules.read(&fields, bytes)
        guard !connection.isMalformed else { throw .invalidConnection }
        head.keepsAlive =
            !connection.closes && (line.minorVersion >= 1 || connection.keepsAlive)
        try readExpectation(bytes, &head)
        head.upgrade =
            connection.namesUpgrade && head.minorVersion >= 1 && head.method == .get
                && head.framing == .none
            ? upgrade(bytes) : .none
        if head.method == .options, let maxForwards = fields.first(.maxForwards) {
            head.maxForwards = try self.maxForwards(bytes, maxForwards)
        }
        head.acceptsJSON = acceptsJSON(raw)
        return true
    }

    /// The host that a request is for. Host must be there, once and well-formed, even when the
    /// target brings its own (RFC 9112, section 3.2.2).
    private func authority(
        _ bytes: RawSpan, _ line: RequestLine
    ) throws(RequestHeadError) -> ByteRange {
        guard let index = fields.first(.host) else {
            guard line.minorVersion == 0 else { throw .missingHost }
            return line.form.authority
        }
        guard fields.repeatedBits & FieldName.host.bit == 0 else { throw .repeatedHost }
        guard let host = HostRules.authority(bytes, fields[index].valueRange) else {
            throw .malformedHost
        }
        return line.form.authority.isEmpty ? host : line.form.authority
    }

    /// An HTTP/1.0 client cannot wait for a 100, whatever it says (RFC 9110, section 10.1.1).
    private func readExpectation(
        _ bytes: Span<UInt8>, _ head: inout RequestHead
    ) throws(RequestHeadError) {
        guard let first = fields.first(.expect) else { return }
        for index in first..<fields.count where fields[index].name == .expect {
            let value = bytes.extracting(fields[index].valueRange.indices)
            guard ASCII.equalsIgnoringCase(value, lowerCase: "100-continue") else {
                throw .unknownExpectation
            }
        }
        head.expectsContinue = head.minorVersion >= 1 && head.framing.hasBody
    }

    /// What an Upgrade field asks for that we know.
    func upgrade(_ bytes: Span<UInt8>) -> Upgrade {
        guard let first = fields.first(.upgrade) else { return .none }
        for index in first..<fields.count where fields[index].name == .upgrade {
            let value = bytes.extracting(fields[index].valueRange.indices)
            if ListRules.contains(value, lowerCase: "websocket") { return .websocket }
        }
        return .none
    }

    /// More than 32 bits hold is as good as no limit.
    private func maxForwards(
        _ bytes: Span<UInt8>, _ index: Int
    ) throws(RequestHeadError) -> Int32 {
        guard fields.repeatedBits & FieldName.maxForwards.bit == 0,
            let value = ASCII.decimal(bytes.extracting(fields[index].valueRange.indices))
        else { throw .invalidMaxForwards }
        return Int32(clamping: value)
    }

    /// Whether an Accept field names a type that ends in `/json` or `+json`. Weights are not read:
    /// this only decides how a refusal looks.
    private func acceptsJSON(_ bytes: RawSpan) -> Bool {
        guard let first = fields.first(.accept) else { return false }
        for index in first..<fields.count where fields[index].name == .accept {
            let range = fields[index].valueRange
            // The least that can be found is `/json`.
            guard range.count >= 5 else { continue }
            if range.count >= 16,
                KnownText.isAt(Int(range.start), bytes, "application/json")
            {
                return true
            }
            let bytes = bytes.extracting(0..<Int(range.end))
            var position = ByteScan.letterJ(bytes, from: Int(range.start) &+ 1)
            while position &+ 4 <= bytes.byteCount {
                let word = bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt32.self)
                let before = ByteScan.byte(bytes, position &- 1)
                if UInt32(littleEndian: word) | 0x2020_2020 == 0x6E6F_736A,
                    before == 0x2F || before == 0x2B
                {
                    return true
                }
                position = ByteScan.letterJ(bytes, from: position &+ 1)
            }
        }
        return false
    }
}
