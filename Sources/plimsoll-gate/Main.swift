import CAllocationCount
import Glibc
import PlimsollConfig
import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollProxy
import PlimsollSimulation

/// Measures what a worker costs per request without a kernel, and fails when that is too much.
///
/// `plimsoll-gate [requests]`; a release build, or the numbers mean nothing.
@main
enum Main {
    /// Userland per small request; the whole budget of house and kernel is 12 µs.
    static let nanosecondsMaximum = 1000.0
    static let clients = 64

    static func main() {
        let requests =
            CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1]) ?? 0 : 2_000_000
        guard requests > 0 else {
            print("usage: plimsoll-gate [requests]")
            exit(2)
        }
        var bench = GateBench(clients: clients)
        bench.run(requests: 50_000)
        let allocationsBefore = allocation_count()
        var best = Double.infinity
        for _ in 0..<5 {
            let start = processorNanoseconds()
            let count = bench.run(requests: requests / 5)
            best = min(best, (processorNanoseconds() - start) / Double(count))
        }
        let allocations = allocation_count() - allocationsBefore
        print("\(Int(best)) ns per request (at most \(Int(nanosecondsMaximum)))")
        print("\(allocations) allocations in \(requests) requests (at most 10)")
        print("\(bench.oddCount) odd answers")
        // A turn's list may still grow once or twice; a request that allocates does so each time.
        let isGood = best <= nanosecondsMaximum && allocations <= 10 && bench.oddCount == 0
        bench.end()
        exit(isGood ? 0 : 1)
    }

    /// Processor time of this process, which has one thread: what others do on the machine is not
    /// counted. POSIX says a million a second.
    private static func processorNanoseconds() -> Double {
        Double(clock()) * 1_000
    }
}
