import PlimsollCore

/// The wall against request smuggling: how a body's end is found is either beyond doubt or the
/// message is refused (RFC 9112, section 6.3). We merge nothing and repair nothing, for another
/// server on the way may merge or repair it differently.
enum FramingRules {
    /// What Transfer-Encoding says.
    enum Coding {
        /// Exactly `chunked`.
        case chunked
        /// A well-formed list with a coding that we do not know.
        case unknown
        case invalid
    }

    /// The number that a Content-Length is: digits alone, below 2^63.
    static func contentLength(_ value: Span<UInt8>) -> Int64? {
        ASCII.decimal(value)
    }

    /// What one Transfer-Encoding line says.
    static func coding(_ value: Span<UInt8>) -> Coding {
        if ASCII.equalsIgnoringCase(value, lowerCase: "chunked") { return .chunked }
        var position = 0
        var hasUnknown = false
        while let element = ListRules.nextElement(value, &position) {
            let coding = value.extracting(element)
            guard ListRules.isToken(coding) else { return .invalid }
            if !ASCII.equalsIgnoringCase(coding, lowerCase: "chunked") { hasUnknown = true }
        }
        return hasUnknown ? .unknown : .invalid
    }

    /// The framing that a head's fields state: `none` when they state nothing.
    @inline(__always)
    static func framing(
        _ fields: borrowing FieldList, _ bytes: Span<UInt8>, minorVersion: UInt8
    ) throws(RequestHeadError) -> BodyFraming {
        let bits = FieldName.contentLength.bit | FieldName.transferEncoding.bit
        guard fields.presentBits & bits != 0 else { return .none }
        return try statedFraming(fields, bytes, minorVersion: minorVersion)
    }

    /// As ``framing(_:_:minorVersion:)``, when one of the two fields is there.
    @inline(never)
    private static func statedFraming(
        _ fields: borrowing FieldList, _ bytes: Span<UInt8>, minorVersion: UInt8
    ) throws(RequestHeadError) -> BodyFraming {
        let lengthBit = FieldName.contentLength.bit
        let codingBit = FieldName.transferEncoding.bit
        guard let codingIndex = fields.first(.transferEncoding) else {
            // A repeated length is refused even when both are the same: RFC 9112 allows either.
            guard fields.repeatedBits & lengthBit == 0, let index = fields.first(.contentLength),
                let length = contentLength(bytes.extracting(fields[index].valueRange.indices))
            else { throw .invalidContentLength }
            return .length(length)
        }
        guard fields.presentBits & lengthBit == 0 else { throw .conflictingFraming }
        guard minorVersion >= 1 else { throw .transferEncodingOnOldVersion }
        guard fields.repeatedBits & codingBit == 0 else { throw repeatedCoding(fields, bytes) }
        switch coding(bytes.extracting(fields[codingIndex].valueRange.indices)) {
        case .chunked: return .chunked
        case .unknown: throw .unknownTransferCoding
        case .invalid: throw .invalidTransferEncoding
        }
    }

    /// Several lines are one list: unknown if every line is well-formed and one is unknown.
    private static func repeatedCoding(
        _ fields: borrowing FieldList, _ bytes: Span<UInt8>
    ) -> RequestHeadError {
        var error = RequestHeadError.invalidTransferEncoding
        for index in 0..<fields.count where fields[index].name == .transferEncoding {
            switch coding(bytes.extracting(fields[index].valueRange.indices)) {
            case .chunked: break
            case .unknown: error = .unknownTransferCoding
            case .invalid: return .invalidTransferEncoding
            }
        }
        return error
    }
}
