import PlimsollCore

/// An upstream of so many slots: requests beyond them wait inside it, which is the overload that
/// a bulkhead is there to prevent.
public final class SimulatedUpstream {
    /// How it behaves; each closure draws from the upstream's own stream of chance.
    public struct Behaviour {
        /// Requests it works on at once.
        public var slots = Int.max
        public var decideConnect: (inout Chance) -> ConnectVerdict = { _ in .accept }
        public var decideAnswer: (RequestPlan, inout Chance) -> AnswerPlan = { _, _ in AnswerPlan()
        }
        /// Nanoseconds after which an idle connection is closed; nil never.
        public var idleTimeout: (inout Chance) -> Int64? = { _ in nil }

        public init() {}
    }

    public var behaviour: Behaviour
    /// Requests begun and not yet answered or given up, now and at most.
    public private(set) var concurrency = 0
    public private(set) var concurrencyMaximum = 0
    /// Requests seen, retries included.
    public private(set) var seenCount = 0
    /// Connections accepted.
    public private(set) var connectionCount = 0

    let network: SimulatedNetwork
    let ledger: Ledger
    var chance: Chance
    private var busySlots = 0
    private var waiting: [() -> Void] = []

    public init(
        network: SimulatedNetwork, address: SimulatedAddress, ledger: Ledger,
        behaviour: Behaviour = Behaviour()
    ) {
        self.network = network
        self.ledger = ledger
        self.behaviour = behaviour
        chance = network.chance.fork()
        network.listen(
            at: address,
            decide: { [unowned self] in self.behaviour.decideConnect(&chance) },
            accepted: { [unowned self] connection in
                connectionCount += 1
                UpstreamPeer(upstream: self, connection: connection).start()
            })
    }

    func began() {
        seenCount += 1
        concurrency += 1
        concurrencyMaximum = max(concurrencyMaximum, concurrency)
    }

    func ended() {
        concurrency -= 1
    }

    /// Works for a while in a slot, when one is free, then calls back.
    func work(_ nanoseconds: Int64, _ done: @escaping () -> Void) {
        let begin = { [unowned self] in
            busySlots += 1
            network.schedule(afterNanoseconds: nanoseconds) { [unowned self] in
                busySlots -= 1
                done()
                if !waiting.isEmpty, busySlots < behaviour.slots {
                    waiting.removeFirst()()
                }
            }
        }
        if busySlots < behaviour.slots {
            begin()
        } else {
            waiting.append(begin)
        }
    }
}
