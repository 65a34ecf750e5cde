import PlimsollCore
import PlimsollHTTP
import PlimsollPolicy
import PlimsollSimulation
import Testing

@testable import PlimsollProxy

/// Every refusal leaves a record under the id and the reason that the client was told.
@Suite struct ExplainTests {
    /// Sheds of each kind that are induced at least.
    private static var shedCount: Int { 1_000 }

    struct Scene: Sendable, CustomTestStringConvertible {
        var reason: ShedReason
        var settings: @Sendable (inout ProxyScenario.Settings) -> Void
        var path = "/"
        var isUnhealthy = false

        var testDescription: String { reason.label.description }
    }

    private static let scenes = [
        Scene(
            reason: .queueFull,
            settings: {
                $0.concurrency = 1
                $0.queue = 1
            }),
        Scene(
            reason: .noQueue,
            settings: {
                $0.concurrency = 1
                $0.queue = 0
            }),
        Scene(
            reason: .queueTimeout,
            settings: {
                $0.concurrency = 1
                $0.queue = 1_000
                $0.queueTimeout = "1ms"
            }),
        Scene(
            reason: .breakerOpen,
            settings: {
                $0.concurrency = 100
                $0.behaviour.decideConnect = { _ in .refuse }
                $0.extra = """
                    [upstream.back.breaker]
                    consecutive_failures = 3
                    [upstream.back.retry]
                    mode = "off"
                    """
            }),
        Scene(
            reason: .noEndpoint, settings: { $0.concurrency = 100 }, isUnhealthy: true),
        Scene(
            reason: .deadlineUnmeetable,
            settings: {
                $0.concurrency = 1
                $0.queue = 1_000
                $0.queueTimeout = "10s"
                $0.extra = """
                    [[route]]
                    path_prefix = "/late"
                    upstream = "back"
                    timeout = "1ms"
                    [upstream.back.breaker]
                    mode = "off"
                    """
            }, path: "/late"),
        Scene(
            reason: .overloaded,
            settings: {
                $0.concurrency = 100
                $0.socketExhaustion = 1
            }),
        Scene(
            reason: .rateLimited,
            settings: {
                $0.concurrency = 100
                $0.extra = """
                    [[route]]
                    path_prefix = "/often"
                    upstream = "back"
                    rate_limit = { requests = 1 }
                    """
            }, path: "/often"),
    ]

    private func run(_ scene: Scene) throws -> ProxyScenario {
        var settings = ProxyScenario.Settings()
        settings.clients = 40
        settings.requestsPerClient = 60
        settings.endpoints = 1
        settings.behaviour.decideAnswer = { _, _ in
            var plan = AnswerPlan()
            plan.serviceTime = 20_000_000
            return plan
        }
        let path = scene.path
        settings.plan = { chance, count in
            var plan = ClientPlan()
            plan.requests = (0..<count).map { _ in
                var request = RequestPlan()
                request.path = path
                return request
            }
            plan.startsAfter = chance.within(0...1_000_000)
            return plan
        }
        scene.settings(&settings)
        let scenario = try ProxyScenario(seed: 7, settings)
        if scene.isUnhealthy {
            let worker = scenario.proxy.loops[0]
            worker.worker.endpointsOfPlan().forEach {
                $0.shared.setHealthy(false, at: Instant(nanoseconds: 0))
            }
        }
        scenario.run()
        // A deadline shorter than the network's delay is over while its request is on the wire.
        if scene.reason != .deadlineUnmeetable {
            #expect(scenario.broken == [])
        }
        return scenario
    }

    @Test(arguments: scenes)
    func `a thousand refusals are explained by the reason that their clients were told`(
        _ scene: Scene
    ) throws {
        let scenario = try run(scene)
        var records: [String: [Decision]] = [:]
        for loop in scenario.proxy.loops {
            loop.metrics.decisions.forEach { decision in
                guard decision.kind == .shed else { return }
                records[decision.requestID.string, default: []].append(decision)
            }
        }
        var counted = 0
        var wrong: [String] = []
        for entry in scenario.ledger.entries {
            guard case .refused? = entry.ending, let id = entry.refusalID,
                let told = entry.refusal
            else { continue }
            let known = records[id] ?? []
            // A failed attempt is answered here, too, and is no refusal.
            let isShed = ShedReason.allCases.contains { told.contains("\"\($0.label)\"") }
            guard isShed else {
                if !known.isEmpty { wrong.append("\(told) left a record") }
                continue
            }
            let label =
                known.first.map { EndReason.all[Int($0.reason)].label.description } ?? "none"
            if known.count != 1 || !told.contains("details=\"\(label)\"") {
                wrong.append("\(told) is explained by \(known.count) records, \(label)")
            }
            counted += label == scene.reason.label.description ? 1 : 0
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
        #expect(counted >= Self.shedCount)
    }
}

extension Worker {
    fileprivate func endpointsOfPlan() -> [PlanEndpoint] {
        plans[plans.current]._withUnsafeGuaranteedRef { $0.upstreams.flatMap(\.endpoints) }
    }
}
