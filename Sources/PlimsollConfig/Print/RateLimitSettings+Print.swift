import PlimsollPolicy

extension RateLimitSettings {
    func print(to writer: inout TomlWriter) {
        writer.write("rate_limit.mode", string: isEnforced ? "enforce" : "off")
        writer.write("rate_limit.requests", "\(requests)")
        writer.write("rate_limit.per", duration: per)
        writer.write("rate_limit.burst", "\(burst)")
        switch key {
        case .route: writer.write("rate_limit.by", string: "route")
        case .clientAddress: writer.write("rate_limit.by", string: "client-address")
        case .header(let name): writer.write("rate_limit.by.header", string: name)
        }
        writer.write("rate_limit.keys", "\(keys)")
    }
}
