/// A piece of log on its way from a loop to the ``LogWriter``: whole lines.
///
/// Unsafe pointers: `memory` is allocated by the writer, which frees it at its end; at any moment
/// exactly one side has the chunk: the loop that fills it or the writer.
struct LogChunk: @unchecked Sendable {
    static var capacity: Int { 64 * 1024 }

    let memory: UnsafeMutableRawBufferPointer
    /// Bytes written.
    var count = 0
    /// Lines written.
    var lines = 0
}
