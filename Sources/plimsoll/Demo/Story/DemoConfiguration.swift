import PlimsollCore

/// The configurations of the story: the same file without and with protection.
struct DemoConfiguration {
    /// Client connections at once: small, so that a minute suffices to fill it.
    static let connectionsMaximum = 200

    /// Where clients connect.
    let frontPort: UInt16
    /// The services' ports, in the order of ``DemoService``.
    let ports: [UInt16]

    var front: SocketAddress { SocketAddress(v4: 0x7F00_0001, port: frontPort) }

    func text(isProtected: Bool) -> String {
        let services = DemoService.allCases.map { service in
            """

            [[route]]
            path_prefix = "/\(service.name)/"
            upstream = "\(service.name)"

            [upstream.\(service.name)]
            endpoints = ["127.0.0.1:\(ports[service.rawValue])"]

            \(isProtected ? Self.protection(of: service) : Self.nothing(for: service))
            """
        }
        return """
            [admin]
            listen = "127.0.0.1:0"

            # The table has the terminal for itself.
            [log]
            level = "error"

            [drain]
            timeout = "2s"

            [[listener]]
            name = "front"
            address = "\(front)"
            limits = { connections = \(Self.connectionsMaximum) }
            \(services.joined())
            """
    }

    private static func nothing(for service: DemoService) -> String {
        """
        [upstream.\(service.name).bulkhead]
        mode = "off"

        [upstream.\(service.name).breaker]
        mode = "off"

        """
    }

    /// As many permits as the service has workers. Windows and waits are shorter than one would
    /// have them in earnest, because the story must end within a minute.
    private static func protection(of service: DemoService) -> String {
        """
        [upstream.\(service.name).bulkhead]
        concurrency = \(service.slots)
        queue = \(service.slots)
        queue_timeout = "100ms"

        [upstream.\(service.name).breaker]
        window = "1s"
        minimum_requests = 10
        slow_call = "250ms"
        slow_ratio = 0.5
        open_for = "500ms"
        open_for_maximum = "1s"
        probes = 3

        """
    }
}
