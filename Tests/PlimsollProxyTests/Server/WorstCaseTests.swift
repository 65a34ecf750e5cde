import PlimsollConfig
import PlimsollIO
import PlimsollPolicy
import Testing

@testable import PlimsollProxy

@Suite struct WorstCaseTests {
    private static func configuration(_ text: String) throws -> Configuration {
        let base = """
            [upstream.app]
            endpoints = ["127.0.0.1:1"]

            """
        let result = ConfigurationLoader.load(text: base + text, file: "f")
        return try #require(result.configuration, "\(result.report)")
    }

    private static func worst(
        _ text: String, cores: Int = 2, descriptors: Int = 100_000
    ) throws -> WorstCase {
        WorstCase(try configuration(text), coresAvailable: cores, descriptors: descriptors)
    }

    private static func bytes(_ worst: WorstCase, _ part: String) -> Int {
        worst.memory.first { $0.name == part }?.bytes ?? 0
    }

    @Test(arguments: [1, 2, 7, 64])
    func `all buffers together are no more than buffer_memory`(loops: Int) throws {
        let worst = try Self.worst(
            "[server]\nloops = \(loops)\nbuffer_memory = \"256MiB\"\n[[listener]]\n")
        #expect(worst.loops == loops)
        let bytes = Self.bytes(worst, "buffers")
        #expect(bytes == worst.buffers * BufferPool.strideBytes)
        #expect(bytes <= 256 << 20)
        #expect(bytes > (256 << 20) - loops * BufferPool.strideBytes)
    }

    @Test func `what grows in the configuration grows in the sum`() throws {
        let plain = try Self.worst("[[listener]]\n")
        let more = [
            ("buffers", "[server]\nbuffer_memory = \"1GiB\"\n[[listener]]\n"),
            ("connections and requests", "[[listener]]\nlimits.connections = 20000\n"),
            (
                "queues",
                "[[listener]]\n[upstream.b]\nendpoints = [\"127.0.0.1:2\"]\n"
                    + "[[route]]\npath_prefix = \"/b\"\nupstream = \"b\"\n"
                    + "[[route]]\nupstream = \"app\"\n"
            ),
            (
                "rate limits",
                "[[listener]]\n[[route]]\nupstream = \"app\"\n"
                    + "rate_limit = { requests = 1, by = \"client-address\" }\n"
            ),
            ("access log", "[[listener]]\n[log]\naccess = \"stdout\"\n"),
        ]
        for (part, text) in more {
            let worst = try Self.worst(text)
            #expect(Self.bytes(worst, part) > Self.bytes(plain, part), "\(part)")
            #expect(worst.memoryBytes > plain.memoryBytes, "\(part)")
            #expect(worst.memoryBytes == worst.memory.reduce(0) { $0 + $1.bytes })
        }
    }

    @Test func `descriptors are those of both sides, of pools and of the process`() throws {
        let worst = try Self.worst(
            "[server]\nloops = 2\n[[listener]]\nlimits.connections = 100\n"
                + "[upstream.b]\nendpoints = [\"127.0.0.1:2\", \"127.0.0.1:3\"]\n"
                + "idle_connections = 10\n[[route]]\nupstream = \"b\"\n"
                + "[[route]]\npath = \"/a\"\nupstream = \"app\"\n")
        #expect(worst.descriptors == 200 + 2 * (2 * 10 + 256) + 4 + 64)
    }

    @Test func `an upstream's queue is told with its wait`() throws {
        let worst = try Self.worst(
            "[upstream.app.bulkhead]\nconcurrency = 3\nqueue = 4\nqueue_timeout = \"250ms\"\n"
                + "[[listener]]\n")
        #expect(
            worst.upstreams == [
                WorstCase.Upstream(
                    name: "app", concurrency: 3, queue: 4, wait: .milliseconds(250))
            ])
        let open = try Self.worst("bulkhead.mode = \"off\"\n[[listener]]\n")
        #expect(open.upstreams[0].concurrency == nil)
        #expect(open.upstreams[0].queue == 0)
    }

    @Test func `the limit comes from the group, from the file, or from nowhere`() {
        let group = MemoryBudget(.automatic, granted: 1 << 30)
        #expect(group.limit == 1 << 30)
        #expect(MemoryBudget(.automatic, granted: nil).limit == nil)
        #expect(MemoryBudget(.exactly(1 << 28), granted: 1 << 30).limit == 1 << 28)
        #expect(MemoryBudget(.unlimited, granted: 1 << 20).limit == nil)
    }

    @Test func `what may need more than there is does not start, to the byte`() throws {
        let worst = try Self.worst("[[listener]]\n")
        let need = worst.memoryBytes
        #expect(MemoryBudget(.automatic, granted: need).refusal(of: worst) == nil)
        #expect(MemoryBudget(.automatic, granted: nil).refusal(of: worst) == nil)
        #expect(MemoryBudget(.unlimited, granted: 1).refusal(of: worst) == nil)
        let refusal = try #require(
            MemoryBudget(.automatic, granted: need - 1).refusal(of: worst))
        #expect(refusal.contains("the control group's limit"))
        #expect(refusal.contains("set server.buffer_memory to"))
    }

    @Test func `the remedy is one`() throws {
        let worst = try Self.worst("[[listener]]\n")
        let limit = 256 << 20
        let refusal = try #require(
            MemoryBudget(.automatic, granted: limit).refusal(of: worst))
        let size = try #require(refusal.split(separator: "\"").first { $0.hasSuffix("MiB") })
        let healed = try Self.worst("[server]\nbuffer_memory = \"\(size)\"\n[[listener]]\n")
        #expect(MemoryBudget(.automatic, granted: limit).refusal(of: healed) == nil)
        let hopeless = try #require(
            MemoryBudget(.automatic, granted: 33 << 20).refusal(of: worst))
        #expect(hopeless.contains("limits.connections"))
    }
}
