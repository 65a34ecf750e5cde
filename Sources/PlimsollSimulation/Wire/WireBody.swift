import Glibc
import PlimsollCore

/// Bodies that can be checked byte for byte: each one is a window of one long random text, and
/// where it begins follows from the request's number and the direction.
public enum WireBody {
    public enum Direction: Int, Sendable {
        case request = 0
        case response = 1
    }

    /// Longest body.
    public static let countMaximum = 1 << 20
    private static let startMaximum = 1 << 20

    private static let text: [UInt8] = {
        var chance = Chance(seed: 1)
        return [UInt8](unsafeUninitializedCapacity: startMaximum + countMaximum) { memory, count in
            count = memory.count
            memory.withMemoryRebound(to: UInt64.self) { words in
                for index in words.indices { words[index] = chance.bits() }
            }
        }
    }()

    private static func start(_ request: Int, _ direction: Direction) -> Int {
        (request * 2 + direction.rawValue) * 7919 % startMaximum
    }

    public static func bytes(
        _ request: Int, _ direction: Direction, _ range: Range<Int>
    ) -> [UInt8] {
        require(range.upperBound <= countMaximum, "a body of \(range.upperBound) bytes")
        let start = start(request, direction)
        return Array(text[start + range.lowerBound..<start + range.upperBound])
    }

    /// Whether `bytes` are what lies at `offset`.
    public static func matches(
        _ bytes: [UInt8], _ request: Int, _ direction: Direction, at offset: Int
    ) -> Bool {
        guard offset + bytes.count <= countMaximum else { return false }
        let start = start(request, direction) + offset
        return text.withUnsafeBytes { text in
            bytes.withUnsafeBytes { bytes in
                bytes.count == 0
                    || memcmp(text.baseAddress! + start, bytes.baseAddress!, bytes.count) == 0
            }
        }
    }

    /// The whole body as chunks of at most `chunk` bytes, with the last chunk.
    public static func chunked(
        _ request: Int, _ direction: Direction, count: Int, chunk: Int
    ) -> [UInt8] {
        var framed: [UInt8] = []
        var offset = 0
        while offset < count {
            let size = min(chunk, count - offset)
            framed += Array("\(String(size, radix: 16))\r\n".utf8)
            framed += bytes(request, direction, offset..<offset + size)
            framed += [0x0D, 0x0A]
            offset += size
        }
        return framed + Array("0\r\n\r\n".utf8)
    }
}
