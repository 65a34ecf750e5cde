import PlimsollCore
import PlimsollIO
import PlimsollPolicy

extension Worker {
    /// A stretch of time is over: looks at how the loop did.
    mutating func judgeStrain() {
        let (lagNanoseconds, window) = lag.takeLag(at: now)
        let bufferShare = bufferShare
        protection.judge(
            StrainSignals(
                lagNanoseconds: lagNanoseconds,
                memoryShare: max(bufferShare, directory.memory.share),
                connectionShare: connectionShare), over: window)
        metrics.strainGauge.store(
            LoopStrain(
                pressure: protection.pressure, lagNanoseconds: lagNanoseconds,
                bufferShare: bufferShare))
        if protection.holdsConnections {
            holdConnections()
        }
    }

    /// Of the buffers that a driver leaves to the loop: up to a quarter waits in the kernel.
    private var bufferShare: Double {
        let usable = pool.capacity - pool.capacity / 4
        return max(0, 1 - Double(pool.available) / Double(usable))
    }

    /// Of the listener that is fullest, over all loops.
    private var connectionShare: Double {
        var share = 0.0
        for position in listeners.indices where listeners[position].descriptor >= 0 {
            let shared = listeners[position].plan.shared
            share = max(
                share, Double(shared.connectionCount) / Double(shared.connectionsMaximum))
        }
        return share
    }

    /// Leaves new connections where they are: they cost a loop that cannot even refuse in time.
    private mutating func holdConnections() {
        for position in listeners.indices
        where listeners[position].descriptor >= 0 && !listeners[position].isRetiring
            && !listeners[position].isPaused
        {
            metrics.count(.acceptsHeldBack)
            pauseAccepting(position)
        }
    }

    /// Refuses a request if the loop's strain asks for it.
    /// - Returns: whether it did.
    mutating func shedsForStrain(_ exchange: UInt32, _ route: Route) -> Bool {
        let priority = exchanges[exchange].priority
        guard protection.sheds(priority, &random) else { return false }
        consumeHead(exchange)
        if protection.wantsConnectionsBack {
            clients[exchanges[exchange].client].closesAfterAnswer = true
        }
        shed(
            exchange, .overloaded,
            retryAfterNanoseconds: protection.retryAfterNanoseconds(priority))
        return true
    }
}
