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
/// `plimsoll-gate [--shared]`; a release build, or the numbers mean nothing. The bar is for a
/// machine with nothing else to do. On a shared one the neighbours' use of caches and of the other
/// half of a core stretches processor time as well: `--shared` fails only beyond what they can do.
@main
enum Main {
    /// Userland per small request; the whole budget of house and kernel is 12 µs.
    static let nanosecondsMaximum = 1000.0
    /// How far neighbours were seen to stretch the same binary's processor time.
    static let sharedFactor = 2.0
    static let clients = 64
    static let bursts = 20
    static let requestsInBurst = 100_000

    static func main() {
        let isShared = CommandLine.arguments.contains("--shared")
        var bench = GateBench(clients: clients)
        bench.run(requests: 50_000)
        let allocationsBefore = allocation_count()
        // The least disturbed burst is the nearest to what the code costs.
        var best = Double.infinity
        for _ in 0..<bursts {
            let start = processorNanoseconds()
            let count = bench.run(requests: requestsInBurst)
            best = min(best, (processorNanoseconds() - start) / Double(count))
        }
        let allocations = allocation_count() - allocationsBefore
        let limit = nanosecondsMaximum * (isShared ? sharedFactor : 1)
        print("\(Int(best)) ns per request, the bar is \(Int(nanosecondsMaximum))")
        print("fails above \(Int(limit)) ns")
        print("\(allocations) allocations in \(bursts * requestsInBurst) requests (at most 10)")
        print("\(bench.oddCount) odd answers")
        // A turn's list may still grow once or twice; a request that allocates does so each time.
        let isGood = best <= limit && allocations <= 10 && bench.oddCount == 0
        bench.end()
        exit(isGood ? 0 : 1)
    }

    /// Processor time of this process, which has one thread: what others do on the machine is not
    /// counted. POSIX says a million a second.
    private static func processorNanoseconds() -> Double {
        Double(clock()) * 1_000
    }
}
