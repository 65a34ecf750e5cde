import PlimsollCore

/// Text out of a writer.
enum TestText {
    static func written(room: Int = 4096, _ body: (inout ByteWriter) -> Void) -> String {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 16)
        defer { memory.deallocate() }
        var writer = ByteWriter(memory)
        body(&writer)
        precondition(!writer.overflowed, "a test's text must fit")
        return String(decoding: memory[0..<writer.count], as: UTF8.self)
    }
}

/// Small repeatable chance for property tests.
struct RandomBytes {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(truncatingIfNeeded: state >> 33) % bound
    }
}
