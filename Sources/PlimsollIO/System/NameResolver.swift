import Glibc
import PlimsollCore

/// Why a name has no address.
public struct NameResolverError: Error, Equatable, CustomStringConvertible {
    public var name: String
    /// The resolver's words, such as `Name or service not known`.
    public var reason: String

    public var description: String { "\(name): \(reason)" }
}

/// Looks names up with the machine's resolver: /etc/hosts, DNS and whatever else it is told to use.
/// It waits, for seconds if a name server is silent: never to be called on a loop.
public enum NameResolver {
    /// The addresses of a name in the resolver's order of preference, each once; at least one.
    public static func resolve(
        _ name: String, port: UInt16
    ) throws(NameResolverError) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &list)
        guard code == 0 else {
            let reason = code == EAI_SYSTEM ? SystemCall.lastError : 0
            throw NameResolverError(
                name: name,
                reason: reason != 0
                    ? SystemError("getaddrinfo", code: reason).reason
                    : String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next {
            if let address = socketAddress(entry.pointee, port: port), !addresses.contains(address)
            {
                addresses.append(address)
            }
            next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else {
            throw NameResolverError(name: name, reason: "no IPv4 or IPv6 address")
        }
        return addresses
    }

    private static func socketAddress(_ entry: addrinfo, port: UInt16) -> SocketAddress? {
        guard let bytes = entry.ai_addr,
            Int(entry.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size
        else { return nil }
        var storage = sockaddr_storage()
        memcpy(&storage, bytes, Int(entry.ai_addrlen))
        let address = SystemAddress(storage: storage, count: Int(entry.ai_addrlen))
        return SocketAddress(address)?.with(port: port)
    }
}
