/// What becomes of a request that a route takes.
public enum RouteAction: Sendable, Equatable {
    /// The name of an upstream.
    case upstream(String)
    case respond(FixedAnswer)
    case redirect(RedirectAnswer)
}

/// An answer that plimsoll gives by itself.
public struct FixedAnswer: Sendable, Equatable {
    /// From 200 to 599.
    public var status = 200
    /// UTF-8, at most 64 KiB; empty for 204 and 304.
    public var body = ""
    public var contentType = "text/plain; charset=utf-8"

    public init() {}
}

/// Sends the client elsewhere: the request's own URL with these parts replaced.
public struct RedirectAnswer: Sendable, Equatable {
    /// 301, 302, 303, 307 or 308.
    public var status = 308
    /// "http" or "https"; nil keeps the request's own.
    public var scheme: String?
    /// A host, with a port if need be; nil keeps the request's own.
    public var host: String?
    /// Replaces the whole path; nil keeps it. The query is always kept.
    public var path: String?

    public init() {}

    /// The scheme of a redirect that changes nothing else. A request that came by this scheme
    /// would be sent to where it came from, so such a route does not take it.
    public var soleScheme: String? {
        host == nil && path == nil ? scheme : nil
    }
}
