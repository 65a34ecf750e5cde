import PlimsollCore

/// Writes chunked framing around data that stays where it is: a size line that ends where the
/// data begins, and an end behind it.
///
/// Unsafe pointers: the caller owns ``headBytesMaximum`` bytes before the data and
/// ``tailBytes`` after it.
public enum ChunkFraming {
    /// Most bytes of a size line: 16 digits and CRLF.
    public static var headBytesMaximum: Int { 18 }
    /// Bytes of a chunk's end: CRLF.
    public static var tailBytes: Int { 2 }
    /// What ends a chunked body that has no trailers.
    public static var bodyEnd: StaticString { "0\r\n\r\n" }

    /// Writes the size line of a chunk so that it ends at `end`, where the data begins.
    /// - Parameter count: bytes of data; at least 1, for an empty chunk would end the body.
    /// - Returns: bytes written before `end`.
    public static func writeSizeLine(count: Int, endingAt end: UnsafeMutableRawPointer) -> Int {
        precondition(count > 0, "an empty chunk would end the body")
        end.storeBytes(of: 0x0D, toByteOffset: -2, as: UInt8.self)
        end.storeBytes(of: 0x0A, toByteOffset: -1, as: UInt8.self)
        var rest = count
        var offset = -2
        repeat {
            offset &-= 1
            let digit = UInt8(truncatingIfNeeded: rest & 0xF)
            end.storeBytes(
                of: digit < 10 ? digit &+ 0x30 : digit &+ 0x57, toByteOffset: offset,
                as: UInt8.self)
            rest >>= 4
        } while rest > 0
        return -offset
    }

    /// Writes the end of a chunk where its data ends.
    /// - Returns: bytes written, ``tailBytes``.
    @discardableResult
    public static func writeChunkEnd(at position: UnsafeMutableRawPointer) -> Int {
        position.storeBytes(of: 0x0D, as: UInt8.self)
        position.storeBytes(of: 0x0A, toByteOffset: 1, as: UInt8.self)
        return tailBytes
    }

    /// Appends the end of a whole chunked body.
    /// - Parameter trailers: whole lines, as ``BodyDecoder/trailers`` has them, or none.
    public static func appendBodyEnd(trailers: [UInt8], to writer: inout ByteWriter) {
        writer.append("0\r\n")
        writer.append(trailers)
        writer.append("\r\n")
    }
}
