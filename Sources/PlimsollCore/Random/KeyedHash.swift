/// A hash that who does not know its key cannot steer: nobody can choose names that all fall into
/// one place of a table. SipHash-1-3 (Aumasson, Bernstein 2012; one round a word and three at the
/// end, as Rust and Python use it for their tables).
@frozen
public struct KeyedHash: Sendable, BitwiseCopyable {
    @usableFromInline let key0: UInt64
    @usableFromInline let key1: UInt64

    /// - Parameter random: seeded by the system's entropy, where clients are not to be trusted.
    public init(_ random: inout RandomSource) {
        key0 = random.next()
        key1 = random.next()
    }

    /// For known answers.
    init(key0: UInt64, key1: UInt64) {
        self.key0 = key0
        self.key1 = key1
    }

    /// The hash of any number of bytes.
    public func hash(_ bytes: Span<UInt8>) -> UInt64 {
        var state = State(key0, key1)
        bytes.withUnsafeBytes { memory in
            let words = memory.count / 8
            for index in 0..<words {
                let word = memory.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self)
                state.absorb(UInt64(littleEndian: word))
            }
            var last = UInt64(truncatingIfNeeded: memory.count) << 56
            for offset in words &* 8..<memory.count {
                last |= UInt64(memory[offset]) << UInt64((offset & 7) &* 8)
            }
            state.absorb(last)
        }
        return state.finish()
    }

    /// The hash of two words, such as an address: that of their sixteen bytes.
    public func hash(_ first: UInt64, _ second: UInt64) -> UInt64 {
        var state = State(key0, key1)
        state.absorb(first)
        state.absorb(second)
        state.absorb(16 << 56)
        return state.finish()
    }

    private struct State {
        var v0, v1, v2, v3: UInt64

        init(_ key0: UInt64, _ key1: UInt64) {
            v0 = key0 ^ 0x736F_6D65_7073_6575
            v1 = key1 ^ 0x646F_7261_6E64_6F6D
            v2 = key0 ^ 0x6C79_6765_6E65_7261
            v3 = key1 ^ 0x7465_6462_7974_6573
        }

        @inline(__always)
        mutating func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            v0 ^= word
        }

        mutating func finish() -> UInt64 {
            v2 ^= 0xFF
            round()
            round()
            round()
            return v0 ^ v1 ^ v2 ^ v3
        }

        @inline(__always)
        private mutating func round() {
            v0 &+= v1
            v1 = Self.rotated(v1, 13) ^ v0
            v0 = Self.rotated(v0, 32)
            v2 &+= v3
            v3 = Self.rotated(v3, 16) ^ v2
            v0 &+= v3
            v3 = Self.rotated(v3, 21) ^ v0
            v2 &+= v1
            v1 = Self.rotated(v1, 17) ^ v2
            v2 = Self.rotated(v2, 32)
        }

        @inline(__always)
        private static func rotated(_ word: UInt64, _ bits: UInt64) -> UInt64 {
            word &<< bits | word &>> (64 &- bits)
        }
    }
}
