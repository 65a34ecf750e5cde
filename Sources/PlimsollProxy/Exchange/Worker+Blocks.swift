import PlimsollCore
import PlimsollIO

extension Worker {
    /// Writes a head, and perhaps a short body, into a buffer's data part.
    @inline(__always)
    func blockWriter(_ block: BufferIndex) -> ByteWriter {
        ByteWriter(
            UnsafeMutableRawBufferPointer(
                start: pool.data(block), count: BufferPool.dataBytes))
    }
}
