import PlimsollCore
import PlimsollPolicy
import Synchronization
import Testing

@testable import PlimsollProxy

private let first = WorkerIndex(rawValue: 0)
private let second = WorkerIndex(rawValue: 1)
private let quick = Outcome.success(nanoseconds: 1)

private func at(_ milliseconds: Int64) -> Instant {
    Instant(nanoseconds: milliseconds * 1_000_000)
}

extension BreakerVerdict {
    fileprivate var pass: BreakerPass? {
        if case .pass(let pass) = self { pass } else { nil }
    }
}

@Suite struct BreakerBoardTests {
    private func board(probes: Int = 3, workers: Int = 2) throws -> BreakerBoard {
        BreakerBoard(
            settings: try BreakerSettings(
                failureRatio: 0.5, minimumRequests: 10, window: .seconds(10),
                consecutiveFailures: nil, openFor: .seconds(1), probes: probes, ramp: .zero),
            workers: workers, seed: 1)
    }

    private func fail(_ board: BreakerBoard, times: Int, at now: Instant) {
        for _ in 0..<times {
            guard let pass = board.pass(at: now).pass else { return }
            board.record(.failure(.connectRefused), for: pass, worker: second, at: now)
        }
    }

    @Test func `successes of every loop count before a failure decides`() throws {
        let board = try board()
        let pass = try #require(board.pass(at: at(0)).pass)
        for _ in 0..<6 { board.record(quick, for: pass, worker: first, at: at(0)) }
        fail(board, times: 5, at: at(1))
        #expect(board.isClosed, "5 failures of 11")
        fail(board, times: 1, at: at(1))
        #expect(!board.isClosed, "6 failures of 12")
        #expect(board.pass(at: at(2)) == .refuse(retryAfterNanoseconds: 999_000_000))
        #expect(!board.isPassable(at: at(1000)))
        #expect(board.isPassable(at: at(1001)))
    }

    @Test func `a success from before the opening is not counted after it`() throws {
        let board = try board(probes: 1)
        let old = try #require(board.pass(at: at(0)).pass)
        fail(board, times: 10, at: at(0))
        let probe = try #require(board.pass(at: at(1000)).pass)
        board.record(quick, for: old, worker: first, at: at(1000))
        board.record(quick, for: probe, worker: first, at: at(1001))
        #expect(board.isClosed)
        board.record(quick, for: old, worker: first, at: at(1002))
        #expect(board.snapshot(at: at(1002)).requests == 0)
    }

    @Test func `half-open it lets exactly its probes through, over all loops at once`() async throws
    {
        let board = try board(probes: 3, workers: 4)
        for round in Int64(0)..<50 {
            let start = at(round * 200_000)
            fail(board, times: 10, at: start)
            #expect(!board.isClosed)
            let open = start.advanced(byNanoseconds: 100_000_000_000)
            let passes = await withTaskGroup(of: [BreakerPass].self) { group in
                for _ in 0..<4 {
                    group.addTask { (0..<20).compactMap { _ in board.pass(at: open).pass } }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            #expect(passes.count == 3)
            for pass in passes {
                #expect(pass.isProbe)
                board.record(quick, for: pass, worker: first, at: open)
            }
            #expect(board.isClosed)
        }
    }

    @Test func `no success is lost between loops that count and one that folds`() async throws {
        let board = try board(workers: 4)
        let pass = try #require(board.pass(at: at(0)).pass)
        await withTaskGroup(of: Void.self) { group in
            for worker in UInt16(0)..<4 {
                group.addTask {
                    for _ in 0..<10_000 {
                        board.record(
                            quick, for: pass, worker: WorkerIndex(rawValue: worker), at: at(0))
                    }
                }
            }
            group.addTask { for _ in 0..<200 { _ = board.snapshot(at: at(0)) } }
        }
        #expect(board.snapshot(at: at(0)).requests == 40_000)
    }

    @Test func `a breaker that is switched off passes everything`() throws {
        let board = try board()
        fail(board, times: 10, at: at(0))
        board.reconfigure(try BreakerSettings(isEnforced: false), at: at(1))
        #expect(board.pass(at: at(1)).pass != nil)
        fail(board, times: 100, at: at(2))
        #expect(board.isClosed)
    }
}
