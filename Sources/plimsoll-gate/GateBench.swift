import PlimsollConfig
import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollProxy
import PlimsollSimulation

/// One worker on a ``NullDriver``, with a request and an answer as browsers and services send them.
struct GateBench: ~Copyable {
    private let driver: NullDriver
    private var worker: Worker
    private let directory = WorkerDirectory(workers: 1)

    private static let configuration = """
        [[listener]]
        name = "front"
        address = "127.0.0.1:8080"

        [[route]]
        path_prefix = "/"
        upstream = "back"

        [upstream.back]
        endpoints = ["127.0.0.1:9000"]

        [upstream.back.bulkhead]
        concurrency = 1000

        """

    private static let request = """
        GET /api/v1/items/4711?fields=name,price HTTP/1.1\r
        Host: shop.example.com\r
        User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r
        Accept: application/json, text/plain, */*\r
        Accept-Language: en-US,en;q=0.5\r
        Accept-Encoding: gzip, deflate, br\r
        Cookie: session=0123456789abcdef0123456789abcdef\r
        Connection: keep-alive\r
        \r

        """

    private static let response = """
        HTTP/1.1 200 OK\r
        Date: Sat, 21 Nov 2026 12:00:00 GMT\r
        Server: items/1.4\r
        Content-Type: application/json\r
        Content-Length: 52\r
        Cache-Control: no-store\r
        Vary: Accept-Encoding\r
        \r
        {"id":4711,"name":"rope","price":1250,"stock":12345}
        """

    init(clients: Int) {
        guard
            let configuration = ConfigurationLoader.load(
                text: Self.configuration, file: "gate.toml"
            ).configuration
        else { preconditionFailure("the gate's own configuration is not valid") }
        let start = Instant(nanoseconds: 1_000_000_000)
        let pool = BufferPool(capacity: clients * 8)
        driver = NullDriver(
            buffers: pool, clients: clients, request: Array(Self.request.utf8),
            response: Array(Self.response.utf8), now: start)
        let compiled = SimulatedPlan(configuration, workers: 1, seed: 1, now: start)
        worker = Worker(
            settings: WorkerSettings(
                index: WorkerIndex(rawValue: 0), workers: 1, seed: 1, connectionsMaximum: 1024,
                fieldCountMaximum: 100, answerLimits: HeadLimits(),
                wallNow: { WallTime(seconds: 1_790_000_000, nanoseconds: 0) }),
            driver: driver, pool: pool, sockets: driver, directory: directory,
            metrics: WorkerMetrics(), accessLog: AccessLogBuffer(), plan: compiled.plan,
            listeners: [ListenerSocket(position: 0, descriptor: driver.listenerDescriptor)],
            now: start)
    }

    /// Answers that a client could not have wanted.
    var oddCount: Int { driver.oddCount }

    /// Stops the worker, which gives back what it holds.
    consuming func end() {
        directory.mailbox(of: WorkerIndex(rawValue: 0)).post(.stop)
        worker.run()
    }

    /// Runs turns until so many more requests were answered.
    /// - Returns: how many were.
    @discardableResult
    mutating func run(requests: Int) -> Int {
        let before = driver.answeredCount
        var idleTurns = 0
        while driver.answeredCount - before < requests {
            let answered = driver.answeredCount
            worker.turn()
            idleTurns = driver.answeredCount == answered ? idleTurns + 1 : 0
            precondition(idleTurns < 1000, "the worker stands still")
        }
        return driver.answeredCount - before
    }
}
