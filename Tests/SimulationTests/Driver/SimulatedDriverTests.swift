import Glibc
import PlimsollCore
import PlimsollIO
import PlimsollSimulation
import Testing

/// A driver alone with a network, and shorthands.
private final class Bench {
    let network: SimulatedNetwork
    let buffers = BufferPool(capacity: 4)
    let driver: SimulatedDriver
    var operations = OperationQueue()
    var completions = CompletionQueue()
    static let address = SimulatedAddress(10, 0, 0, 1, port: 80)

    init(seed: UInt64 = 1) {
        network = SimulatedNetwork(seed: seed)
        network.makeLink = { _ in .smooth }
        driver = SimulatedDriver(
            network: network, buffers: buffers, waiting: .untilSomethingHappens)
    }

    /// One turn of at most a virtual second.
    func turn() -> [Completion] {
        let deadline = network.now.advanced(byNanoseconds: 1_000_000_000)
        _ = driver.turn(performing: &operations, until: deadline, completions: &completions)
        defer { completions.removeAll() }
        return (0..<completions.count).map { completions[$0] }
    }

    /// A connection that was accepted, and its client.
    func accept() -> (descriptor: Int32, client: PeerConnection) {
        let listener = network.makeListener(at: Self.address)
        operations.append(.accept(listener, OperationToken(rawValue: 1)))
        let client = network.connect(to: Self.address)
        return (turn()[0].result, client)
    }

    func token(_ number: UInt64) -> OperationToken { OperationToken(rawValue: number) }
}

@Suite struct `A simulated driver` {
    @Test func `passes the time until the deadline and no further`() {
        let bench = Bench()
        let start = bench.network.now
        #expect(bench.turn().isEmpty)
        #expect(bench.network.now.nanoseconds(since: start) == 1_000_000_000)
    }

    @Test func `poisons what lies around received bytes`() {
        let bench = Bench()
        let (descriptor, client) = bench.accept()
        client.write([1, 2, 3])
        bench.operations.append(.receive(descriptor, bench.token(2)))
        let completion = bench.turn()[0]
        let data = bench.buffers.data(completion.buffer).assumingMemoryBound(to: UInt8.self)
        #expect(completion.result <= 3)
        #expect(data[0] == 1)
        #expect(data[Int(completion.result)] == 0xDB)
        #expect(data[-1] == 0xDB)
    }

    @Test func `ends a cancelled receive once`() {
        let bench = Bench()
        let (descriptor, _) = bench.accept()
        bench.operations.append(.receive(descriptor, bench.token(2)))
        bench.operations.append(.cancel(bench.token(2)))
        let completions = bench.turn()
        #expect(completions.map(\.result) == [-ECANCELED])
        #expect(bench.turn().isEmpty)
    }

    @Test func `refuses a connection that nobody listens to`() {
        let bench = Bench()
        let socket = SimulatedSockets(network: bench.network).makeSocket(.internet4)
        let form = SimulatedAddress(10, 9, 9, 9, port: 9).kernelForm
        form.withUnsafeBytes { memory in
            bench.operations.append(
                .connect(socket, to: memory.baseAddress!, count: memory.count, bench.token(2)))
            #expect(bench.turn().map(\.result) == [-ECONNREFUSED])
        }
    }

    @Test func `resets the peer when bytes are left unread`() {
        let bench = Bench()
        let (descriptor, client) = bench.accept()
        var endings: [PeerConnection.Ending] = []
        client.whenEnded = { endings.append($0) }
        client.write([1])
        #expect(bench.turn().isEmpty)
        bench.operations.append(.close(descriptor))
        #expect(bench.turn().isEmpty)
        #expect(endings == [.failed(ECONNRESET)])
    }

    @Test func `traps a second receive`() async {
        await #expect(processExitsWith: .failure) {
            let bench = Bench()
            let (descriptor, _) = bench.accept()
            bench.operations.append(.receive(descriptor, bench.token(2)))
            bench.operations.append(.receive(descriptor, bench.token(3)))
            _ = bench.turn()
        }
    }

    @Test func `traps a close with something outstanding`() async {
        await #expect(processExitsWith: .failure) {
            let bench = Bench()
            let (descriptor, _) = bench.accept()
            bench.operations.append(.receive(descriptor, bench.token(2)))
            bench.operations.append(.close(descriptor))
            _ = bench.turn()
        }
    }

    @Test func `traps memory that changes under a send`() async {
        await #expect(processExitsWith: .failure) {
            let bench = Bench()
            bench.driver.manners.completionDelay = 1000...1000
            let (descriptor, _) = bench.accept()
            let buffer = bench.buffers.take()
            let data = bench.buffers.data(buffer)
            bench.operations.append(
                .send(descriptor, UnsafeRawBufferPointer(start: data, count: 8), bench.token(2)))
            var completions = CompletionQueue()
            _ = bench.driver.turn(
                performing: &bench.operations, until: bench.network.now, completions: &completions)
            data.storeBytes(of: 1, as: UInt8.self)
            _ = bench.turn()
        }
    }
}
