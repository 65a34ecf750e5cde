import PlimsollConfig
import Testing

/// A text that is wrong in one way, and all that must be said about it.
struct BrokenFile: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    /// `line:column: rule; fix`, a line each.
    let said: [String]

    /// - Parameter isWhole: the text is all of the file; else it follows ``soundStart``, and its
    ///   first line is line 14.
    init(_ name: String, isWhole: Bool = false, _ text: String, _ said: String) {
        self.name = name
        self.text = isWhole ? text : soundStart + text + "\n"
        self.said = said.split(separator: "\n").map(String.init)
    }

    var testDescription: String { name }
}

@Suite struct BrokenFileTests {
    @Test(arguments: BrokenFile.syntax)
    func `what is no TOML is told with its place`(_ file: BrokenFile) {
        #expect(report(file.text) == file.said)
    }

    @Test(arguments: BrokenFile.unknownKeys)
    func `an unknown key is refused, with the nearest known one`(_ file: BrokenFile) {
        #expect(report(file.text) == file.said)
    }

    @Test(arguments: BrokenFile.types)
    func `a value of another type is refused`(_ file: BrokenFile) {
        #expect(report(file.text) == file.said)
    }

    @Test(arguments: BrokenFile.numbers)
    func `a number out of range is refused`(_ file: BrokenFile) {
        #expect(report(file.text) == file.said)
    }

    @Test(arguments: BrokenFile.words)
    func `a word that is no choice is refused`(_ file: BrokenFile) {
        #expect(report(file.text) == file.said)
    }

    @Test(arguments: BrokenFile.addresses)
    func `an address that is none is refused`(_ file: BrokenFile) {
        #expect(report(file.text) == file.said)
    }

    @Test(arguments: BrokenFile.routes)
    func `a route that cannot be meant is refused`(_ file: BrokenFile) {
        #expect(report(file.text) == file.said)
    }

    @Test(arguments: BrokenFile.fields)
    func `a field that would break a message is refused`(_ file: BrokenFile) {
        #expect(report(file.text) == file.said)
    }

    @Test(arguments: BrokenFile.wholeFiles)
    func `tables that do not fit together are refused`(_ file: BrokenFile) {
        #expect(report(file.text) == file.said)
    }

    @Test(arguments: BrokenFile.semantics)
    func `what does not do what was meant is told with its reason`(_ file: BrokenFile) {
        #expect(report(file.text) == file.said)
    }

    @Test(arguments: BrokenFile.sound)
    func `what is in order draws no warning`(_ file: BrokenFile) {
        #expect(report(file.text) == file.said)
    }

    @Test(arguments: BrokenFile.warnings)
    func `what is allowed but hardly meant is warned of`(_ file: BrokenFile) {
        #expect(report(file.text) == file.said)
        let result = ConfigurationLoader.load(text: file.text, file: "f")
        #expect(!result.hasErrors)
        #expect(result.hasWarnings)
    }

    @Test func `the start of these files is in order`() {
        #expect(report(soundStart).isEmpty)
    }

    @Test func `everything that is wrong is told at once, in the order of the file`() {
        let text = """
            [server]
            loops = 0
            pni = true

            [[listener]]
            address = "127.0.0.1:99999"
            limits = { head_bytes = "1MiB" }

            [[route]]
            upstream = "paymets"

            [upstream.payments]
            endpoints = ["10.0.0.5:0"]
            bulkhead = { concurrency = 0, queue = -1 }
            """
        #expect(
            report(text).map { $0.split(separator: " ")[0] } == [
                "2:9:", "3:1:", "6:11:", "7:25:", "10:12:", "12:11:", "13:14:", "14:28:", "14:39:",
            ], "\(report(text))")
    }
}
