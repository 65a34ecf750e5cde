import PlimsollCore

/// Copies field lines of a received head into a new one, as few pieces as can be: lines that
/// follow each other, are kept and are canonical leave in one copy.
///
/// Unsafe pointer: `base` lies at the start of bytes that the parser has checked every range of a
/// head against, and that outlive the copier, which lives within one function.
struct FieldCopier: ~Copyable {
    private let base: UnsafeRawPointer
    private var start: Int
    private var end: Int

    /// - Parameter run: what is to be copied first and verbatim, up to the first field line.
    @inline(__always)
    init(_ base: UnsafeRawPointer, run: Range<Int>) {
        self.base = base
        start = run.lowerBound
        end = run.upperBound
    }

    @inline(__always)
    mutating func keep(_ field: FieldEntry, into writer: inout ByteWriter) {
        let lineStart = Int(field.nameRange.start)
        guard field.isCanonical else {
            flush(into: &writer)
            writeAnew(field, into: &writer)
            return
        }
        if lineStart != end {
            flush(into: &writer)
            start = lineStart
        }
        end = Int(field.valueRange.end) &+ 2
    }

    /// Writes what was kept so far.
    @inline(__always)
    mutating func flush(into writer: inout ByteWriter) {
        guard end > start else { return }
        writer.append(UnsafeRawBufferPointer(start: base + start, count: end &- start))
        start = end
    }

    /// A line with white space that is not ours to pass on.
    @inline(never)
    private func writeAnew(_ field: FieldEntry, into writer: inout ByteWriter) {
        writer.append(
            UnsafeRawBufferPointer(
                start: base + Int(field.nameRange.start), count: Int(field.nameRange.count)))
        writer.append(": ")
        writer.append(
            UnsafeRawBufferPointer(
                start: base + Int(field.valueRange.start), count: Int(field.valueRange.count)))
        writer.append("\r\n")
    }
}
