import PlimsollCore

extension HeadParser {
    /// Reads a response's head from its start. False: it is not whole yet.
    mutating func readResponse(
        _ bytes: Span<UInt8>, _ method: Method, _ limits: HeadLimits, _ head: inout ResponseHead
    ) throws(RequestHeadError) -> Bool {
        let raw = bytes.bytes
        guard let line = try StatusLine.read(raw), let end = try readFields(raw, from: line.end)
        else { return false }
        guard end <= limits.headBytesMaximum else { throw .headTooLarge }
        head.status = line.status
        head.reason = line.reason
        head.minorVersion = line.minorVersion
        head.headBytes = end
        head.hasDate = fields.contains(.date)
        // The fields must be in order even where the status rules a body out.
        let stated = try FramingRules.framing(fields, bytes, minorVersion: line.minorVersion)
        head.framing = HeadParser.framing(line.status, method, stated)
        let connection = ConnectionRules.read(&fields, bytes)
        head.keepsAlive =
            !connection.closes && !connection.isMalformed && head.framing != .untilClose
            && (line.minorVersion >= 1 || connection.keepsAlive)
        if line.status == 101, line.minorVersion >= 1, connection.namesUpgrade {
            head.upgrade = upgrade(bytes)
        }
        return true
    }

    /// How a response's body ends (RFC 9112, section 6.3), given what its fields state.
    private static func framing(
        _ status: UInt16, _ method: Method, _ stated: BodyFraming
    ) -> BodyFraming {
        if method == .head || status < 200 || status == 204 || status == 304 { return .none }
        return stated == .none ? .untilClose : stated
    }
}

extension ResponseHeadError {
    /// What a fault that both kinds of head can have means in a response.
    init(_ fault: RequestHeadError) {
        self =
            switch fault {
            case .malformedRequestLine, .requestLineTooLong: .malformedStatusLine
            case .unsupportedVersion: .unsupportedVersion
            case .headTooLarge: .headTooLarge
            case .tooManyFields: .tooManyFields
            case .invalidContentLength: .invalidContentLength
            case .conflictingFraming: .conflictingFraming
            case .invalidTransferEncoding, .unknownTransferCoding,
                .transferEncodingOnOldVersion:
                .invalidTransferEncoding
            case .bareCarriageReturn, .bareLineFeed, .controlByte, .foldedField,
                .invalidFieldName, .spaceBeforeColon:
                .invalidField
            case .invalidMethod, .unimplementedMethod, .invalidTarget, .missingHost,
                .repeatedHost, .malformedHost, .invalidConnection, .invalidMaxForwards,
                .unknownExpectation:
                preconditionFailure("a response was refused for what only a request can have")
            }
    }
}
