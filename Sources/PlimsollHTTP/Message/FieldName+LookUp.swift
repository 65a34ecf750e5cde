import PlimsollCore

extension FieldName {
    /// The name that the bytes spell, whatever they are.
    static func lookUp(_ name: Span<UInt8>) -> FieldName {
        for index in name.indices where !ASCII.isToken(name[index]) {
            return .other
        }
        return known(name.bytes, at: 0, count: name.count)
    }

    /// The name in `count` bytes at `start`, which lie within `bytes` and of which none is a
    /// control byte other than HTAB.
    ///
    /// The length decides between a handful of candidates, and a candidate costs one or two
    /// comparisons of eight bytes: a third of what a hash table was measured to cost.
    @inline(__always)
    static func known(_ bytes: RawSpan, at start: Int, count: Int) -> FieldName {
        count < 8
            ? short(bytes, start, count)
            : count <= 16 ? long(bytes, start, count) : longest(bytes, start, count)
    }

    @inline(__always)
    private static func short(_ bytes: RawSpan, _ start: Int, _ count: Int) -> FieldName {
        guard count >= 4 else {
            return count == 3 && KnownText.isAt(start, bytes, "via")
                ? .via : count == 2 && KnownText.isAt(start, bytes, "te") ? .te : .other
        }
        let word = ShortWord(bytes, start, count)
        switch count {
        case 4:
            if word.is("host") { return .host }
            if word.is("date") { return .date }
            if word.is("vary") { return .vary }
        case 5:
            if word.is("range") { return .range }
        case 6:
            if word.is("accept") { return .accept }
            if word.is("cookie") { return .cookie }
            if word.is("server") { return .server }
            if word.is("expect") { return .expect }
        default:
            if word.is("upgrade") { return .upgrade }
            if word.is("referer") { return .referer }
            if word.is("trailer") { return .trailer }
        }
        return .other
    }

    @inline(__always)
    private static func long(_ bytes: RawSpan, _ start: Int, _ count: Int) -> FieldName {
        let word = LongWord(bytes, start, count)
        switch count {
        case 8:
            if word.is("location") { return .location }
            if word.is("if-match") { return .ifMatch }
            if word.is("priority") { return .priority }
        case 9:
            if word.is("forwarded") { return .forwarded }
            if word.is("x-real-ip") { return .xRealIP }
            if word.is("x-attempt") { return .xAttempt }
        case 10:
            if word.is("user-agent") { return .userAgent }
            if word.is("connection") { return .connection }
            if word.is("keep-alive") { return .keepAlive }
            if word.is("set-cookie") { return .setCookie }
            if word.is("x-deadline") { return .xDeadline }
            if word.is("x-priority") { return .xPriority }
        case 11:
            if word.is("retry-after") { return .retryAfter }
            if word.is("traceparent") { return .traceparent }
            if word.is("x-forwarded") { return .xForwarded }
        case 12:
            if word.is("content-type") { return .contentType }
            if word.is("x-request-id") { return .xRequestID }
            if word.is("max-forwards") { return .maxForwards }
            if word.is("proxy-status") { return .proxyStatus }
            if word.is("grpc-timeout") { return .grpcTimeout }
        case 13:
            if word.is("cache-control") { return .cacheControl }
            if word.is("authorization") { return .authorization }
            if word.is("if-none-match") { return .ifNoneMatch }
            if word.is("content-range") { return .contentRange }
        case 14:
            if word.is("content-length") { return .contentLength }
            if word.is("x-forwarded-by") { return .xForwardedBy }
            if word.is("http2-settings") { return .http2Settings }
        case 15:
            if word.is("accept-encoding") { return .acceptEncoding }
            if word.is("x-forwarded-for") { return .xForwardedFor }
            if word.is("x-forwarded-ssl") { return .xForwardedSSL }
            if word.is("x-request-start") { return .xRequestStart }
        default:
            if word.is("content-encoding") { return .contentEncoding }
            if word.is("proxy-connection") { return .proxyConnection }
            if word.is("x-forwarded-host") { return .xForwardedHost }
            if word.is("x-forwarded-port") { return .xForwardedPort }
            if word.is("www-authenticate") { return .wwwAuthenticate }
        }
        return .other
    }

    @inline(never)
    private static func longest(_ bytes: RawSpan, _ start: Int, _ count: Int) -> FieldName {
        switch count {
        case 17:
            KnownText.isAt(start, bytes, "transfer-encoding")
                ? .transferEncoding
                : KnownText.isAt(start, bytes, "x-forwarded-proto") ? .xForwardedProto : .other
        case 18:
            KnownText.isAt(start, bytes, "proxy-authenticate")
                ? .proxyAuthenticate
                : KnownText.isAt(start, bytes, "x-forwarded-prefix")
                    ? .xForwardedPrefix
                    : KnownText.isAt(start, bytes, "x-forwarded-server")
                        ? .xForwardedServer : .other
        case 19: KnownText.isAt(start, bytes, "proxy-authorization") ? .proxyAuthorization : .other
        case 25:
            KnownText.isAt(start, bytes, "proxy-authentication-info")
                ? .proxyAuthenticationInfo : .other
        default: .other
        }
    }
}

/// A text of 4 to 7 bytes in one word, lowered by setting bit 5 of each: right for letters, digits
/// and hyphens, because what else would become one of them is a control byte.
private struct ShortWord {
    private let both: UInt64

    @inline(__always)
    init(_ bytes: RawSpan, _ start: Int, _ count: Int) {
        let first = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt32.self)
        let last = bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: start &+ count &- 4, as: UInt32.self)
        both = (UInt64(last) &<< 32 | UInt64(first)) | 0x2020_2020_2020_2020
    }

    /// Whether it is a literal of as many bytes, which the compiler turns into a number.
    @inline(__always)
    func `is`(_ known: StaticString) -> Bool {
        let text = UnsafeRawPointer(known.utf8Start)
        let first = text.loadUnaligned(as: UInt32.self)
        let last = text.loadUnaligned(
            fromByteOffset: known.utf8CodeUnitCount &- 4, as: UInt32.self)
        return both == UInt64(last) &<< 32 | UInt64(first)
    }
}

/// As ``ShortWord``, for 8 to 16 bytes.
private struct LongWord {
    private let first: UInt64
    private let last: UInt64

    @inline(__always)
    init(_ bytes: RawSpan, _ start: Int, _ count: Int) {
        first =
            bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
            | 0x2020_2020_2020_2020
        last =
            bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: start &+ count &- 8, as: UInt64.self)
            | 0x2020_2020_2020_2020
    }

    @inline(__always)
    func `is`(_ known: StaticString) -> Bool {
        let text = UnsafeRawPointer(known.utf8Start)
        return first == text.loadUnaligned(as: UInt64.self)
            && last
                == text.loadUnaligned(
                    fromByteOffset: known.utf8CodeUnitCount &- 8, as: UInt64.self)
    }
}
