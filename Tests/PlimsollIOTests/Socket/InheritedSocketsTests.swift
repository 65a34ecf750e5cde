import PlimsollIO
import Testing

@Suite struct InheritedSocketsTests {
    private func parse(_ process: String?, _ count: String?, _ names: String?) -> [String] {
        InheritedSockets.parse(
            processIdentifier: process, count: count, names: names, ownProcessIdentifier: 42
        ).map { "\($0.descriptor):\($0.name)" }
    }

    @Test func `descriptors begin at three and carry their names`() {
        #expect(parse("42", "2", "public:admin") == ["3:public", "4:admin"])
    }

    @Test func `a socket without a name is unknown`() {
        #expect(parse("42", "3", "public:") == ["3:public", "4:unknown", "5:unknown"])
        #expect(parse("42", "1", nil) == ["3:unknown"])
    }

    @Test func `sockets for another process are not ours`() {
        #expect(parse("41", "2", "a:b").isEmpty)
        #expect(parse(nil, "2", "a:b").isEmpty)
    }

    @Test(arguments: ["", "0", "-1", "x", "1025"])
    func `a count that cannot be right means none`(count: String) {
        #expect(parse("42", count, nil).isEmpty)
    }
}
