import PlimsollConfig
import PlimsollCore
import PlimsollIO

/// An endpoint whose address is known.
struct ResolvedEndpoint: Sendable {
    /// As the configuration spells it; with the address behind it when a name has several.
    var label: String
    var address: SystemAddress
}

/// A configuration with every name looked up: what can be put into force without waiting.
struct ResolvedConfiguration: Sendable {
    var configuration: Configuration
    /// One list for each upstream, in the configuration's order; none is empty.
    var endpoints: [[ResolvedEndpoint]]
}

/// Why a file cannot be put into force.
enum LoadError: Error, Equatable, CustomStringConvertible {
    /// Lines to print, one for each problem.
    case invalid([String])
    /// An endpoint's name has no address.
    case unresolved(upstream: String, reason: String)

    var description: String {
        switch self {
        case .invalid(let lines): lines.joined(separator: "\n")
        case .unresolved(let upstream, let reason): "upstream \(upstream): \(reason)"
        }
    }
}

extension ResolvedConfiguration {
    /// Reads, checks and resolves a file. Waits for the disk and for name servers, so never on a
    /// loop.
    /// - Returns: the configuration, and its warnings as lines to print.
    static func load(
        path: String
    ) throws(LoadError) -> (resolved: ResolvedConfiguration, warnings: [String]) {
        let result = ConfigurationLoader.load(path: path)
        let lines = result.problems.map { $0.rendered(file: path) }
        guard let configuration = result.configuration else { throw .invalid(lines) }
        return (try ResolvedConfiguration(resolving: configuration), lines)
    }

    /// - Throws: the first endpoint that has no address.
    init(resolving configuration: Configuration) throws(LoadError) {
        var endpoints: [[ResolvedEndpoint]] = []
        for upstream in configuration.upstreams {
            var resolved: [ResolvedEndpoint] = []
            for endpoint in upstream.endpoints {
                do {
                    resolved += try Self.resolve(endpoint)
                } catch {
                    throw .unresolved(upstream: upstream.name, reason: "\(error)")
                }
            }
            endpoints.append(resolved)
        }
        self.configuration = configuration
        self.endpoints = endpoints
    }

    private static func resolve(
        _ endpoint: EndpointSettings
    ) throws -> [ResolvedEndpoint] {
        switch endpoint.address {
        case .socket(let address):
            return [ResolvedEndpoint(label: endpoint.text, address: SystemAddress(address))]
        case .unix(let path):
            return [ResolvedEndpoint(label: endpoint.text, address: try SystemAddress(path: path))]
        case .name(let name, let port):
            let addresses = preferred(try NameResolver.resolve(name, port: port))
            return addresses.map { address in
                ResolvedEndpoint(
                    label: addresses.count == 1 ? endpoint.text : "\(endpoint.text)(\(address))",
                    address: SystemAddress(address))
            }
        }
    }

    /// Every address of a name is an endpoint. But `localhost` is one machine with two spellings,
    /// and a service there often listens at the IPv4 one only.
    static func preferred(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard addresses.allSatisfy(\.isLoopback) else { return addresses }
        let version4 = addresses.filter { $0.family == .v4 }
        return version4.isEmpty ? addresses : version4
    }
}
