import PlimsollCore
import PlimsollPolicy

/// How many of each a loop holds at one moment, to hold against the laws of the house.
public struct WorkerCensus: Sendable, Equatable {
    /// Client connections.
    public var clients: Int
    /// Upstream connections, idle ones included.
    public var servers: Int
    public var exchanges: Int
    /// Permits that exchanges hold: one each, and one for a hedge.
    public var permits: Int
}

extension Worker {
    /// Counts everything. Walks the tables: for tests and inspection, not for the way of a request.
    public var census: WorkerCensus {
        var permits = 0
        for index in 0..<exchanges.highWater where exchanges.isOccupied(index) {
            if exchanges[index].permit != nil { permits += 1 }
            if exchanges[index].hedgePermit != nil { permits += 1 }
        }
        return WorkerCensus(
            clients: clients.count, servers: servers.count, exchanges: exchanges.count,
            permits: permits)
    }
}

extension Worker {
    /// How strained the loop is, see ``SelfProtection``.
    public var strainPressure: Double { protection.pressure }
}
