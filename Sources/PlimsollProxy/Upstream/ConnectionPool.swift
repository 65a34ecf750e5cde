import PlimsollCore
import PlimsollIO

/// The kept-alive connections of each endpoint, linked through the connections themselves.
extension WorkerUpstreams {
    /// The latest used idle connection, out of the pool; `.max` when there is none.
    mutating func takeIdle(
        at endpoint: EndpointIndex, from servers: borrowing Slab<UpstreamConnection>
    ) -> UInt32 {
        let first = endpoints[endpoint.rawValue].poolFirst
        guard first != .max else { return .max }
        unlink(first, from: servers)
        return first
    }

    /// Whether the endpoint may keep another idle connection.
    func hasIdleRoom(at endpoint: EndpointIndex) -> Bool {
        let upstream = endpoints[endpoint.rawValue].upstream
        return !endpoints[endpoint.rawValue].isRetired
            && endpoints[endpoint.rawValue].poolCount
                < upstreams[upstream.rawValue].idleConnectionsMaximum
    }

    mutating func addIdle(_ server: UInt32, to servers: borrowing Slab<UpstreamConnection>) {
        let endpoint = servers[server].endpoint.rawValue
        let first = endpoints[endpoint].poolFirst
        servers[server].poolPrevious = .max
        servers[server].poolNext = first
        if first != .max {
            servers[first].poolPrevious = server
        }
        endpoints[endpoint].poolFirst = server
        endpoints[endpoint].poolCount += 1
        pooledCount += 1
    }

    mutating func removeIdle(_ server: UInt32, from servers: borrowing Slab<UpstreamConnection>) {
        unlink(server, from: servers)
    }

    /// Empties an endpoint's pool.
    mutating func takeAllIdle(
        at endpoint: EndpointIndex, from servers: borrowing Slab<UpstreamConnection>,
        into list: inout [UInt32]
    ) {
        while true {
            let server = takeIdle(at: endpoint, from: servers)
            guard server != .max else { return }
            list.append(server)
        }
    }

    private mutating func unlink(
        _ server: UInt32, from servers: borrowing Slab<UpstreamConnection>
    ) {
        let endpoint = servers[server].endpoint.rawValue
        let previous = servers[server].poolPrevious
        let next = servers[server].poolNext
        if previous == .max {
            endpoints[endpoint].poolFirst = next
        } else {
            servers[previous].poolNext = next
        }
        if next != .max {
            servers[next].poolPrevious = previous
        }
        endpoints[endpoint].poolCount -= 1
        pooledCount -= 1
    }
}
