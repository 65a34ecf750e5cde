import Testing

@testable import PlimsollCore

@Suite struct KeyedHashTests {
    /// From an independent implementation of SipHash-1-3: key bytes 0 to 15, message bytes 0 to
    /// n - 1.
    @Test func `known answers`() {
        let hash = KeyedHash(key0: 0x0706_0504_0302_0100, key1: 0x0F0E_0D0C_0B0A_0908)
        for (count, answer) in KeyedHashTests.answers {
            let bytes = (0..<count).map { UInt8($0) }
            #expect(hash.hash(bytes.span) == answer, "\(count) bytes")
        }
    }

    @Test func `two words hash as their bytes`() {
        var random = RandomSource(seed: 7)
        let hash = KeyedHash(&random)
        let bytes = (0..<16).map { UInt8($0) }
        #expect(
            hash.hash(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908) == hash.hash(bytes.span))
    }

    @Test func `another key is another hash`() {
        var random = RandomSource(seed: 7)
        let first = KeyedHash(&random)
        let second = KeyedHash(&random)
        #expect(first.hash(1, 2) != second.hash(1, 2))
    }

    private static let answers: [(Int, UInt64)] = [
        (0, 0xABAC_0158_050F_C4DC),
        (1, 0xC9F4_9BF3_7D57_CA93),
        (7, 0xD392_7D98_9BB1_1140),
        (8, 0x3690_9511_8D29_9A8E),
        (9, 0x25A4_8EB3_6C06_3DE4),
        (15, 0xD320_D86D_2A51_9956),
        (16, 0xCC4F_DD1A_7D90_8B66),
        (17, 0x9CF2_6890_63DB_D80C),
        (63, 0x9D19_9062_B7BB_B3A8),
        (200, 0xB73F_E861_830E_FAED),
    ]
}
