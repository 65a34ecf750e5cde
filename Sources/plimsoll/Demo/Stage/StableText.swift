/// A text at a fixed place in memory, as a send that is out must be able to point to.
///
/// Unsafe pointers: the memory is written once, only read afterwards, and freed with the object.
final class StableText {
    let bytes: UnsafeRawBufferPointer

    init(_ text: String) {
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: text.utf8.count, alignment: 1)
        memory.copyBytes(from: text.utf8)
        bytes = UnsafeRawBufferPointer(memory)
    }

    deinit {
        bytes.deallocate()
    }
}
