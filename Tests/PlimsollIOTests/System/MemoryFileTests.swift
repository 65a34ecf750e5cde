import PlimsollIO
import Testing

@Suite struct MemoryFileTests {
    @Test func `a file in memory is read by its path, whatever was in it before`() throws {
        let file = try MemoryFile(name: "test")
        try file.replace(with: "a longer text")
        try file.replace(with: "short")
        let bytes = try FileText.read(file.path, bytesMaximum: 100)
        #expect(String(decoding: bytes, as: UTF8.self) == "short")
    }
}
