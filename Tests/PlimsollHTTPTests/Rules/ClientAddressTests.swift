import PlimsollCore
import PlimsollHTTP
import Testing

@Suite struct ClientAddressTests {
    private static let trusted = ["10.0.0.0/8", "fd00::/8"].compactMap {
        AddressRange(parsing: $0)
    }

    private static func forwarded(_ lines: [String]) -> String? {
        let text = ["GET / HTTP/1.1", "Host: h"] + lines + ["", ""]
        let bytes = Array(text.joined(separator: "\r\n").utf8)
        var parser = HeadParser(fieldCountMaximum: 40)
        var scanned = 0
        guard
            case .complete = parser.parseRequest(
                bytes.span, scanned: &scanned, limits: HeadLimits())
        else { return "refused" }
        return ClientAddress.forwarded(parser.fields, bytes: bytes.span, trusted: trusted)
            .map { TestText.written(room: 64, $0.writeHost) }
    }

    @Test(arguments: [
        ("203.0.113.7", "203.0.113.7"), ("1.1.1.1, 203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("203.0.113.7,10.1.2.3 ,\t10.0.0.1", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"), ("[2001:db8::7]:4711", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"), ("2001:db8::7", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"), ("10.0.0.9, 10.0.0.1", "10.0.0.9"),
        ("evil, 203.0.113.7, , 10.0.0.1,", "203.0.113.7"),
    ])
    func `the last address that is no trusted proxy's`(value: String, address: String) {
        #expect(Self.forwarded(["X-Forwarded-For: \(value)"]) == address)
    }

    @Test func `several lines are one list`() {
        let lines = [
            "X-Forwarded-For: 1.1.1.1", "X-Other: 2", "X-Forwarded-For: 203.0.113.7",
            "X-Forwarded-For: 10.0.0.1",
        ]
        #expect(Self.forwarded(lines) == "203.0.113.7")
    }

    @Test(arguments: ["", "unknown", "1.1.1.1, unknown", "1.1.1.1.1", ",,,", "300.1.1.1"])
    func `where no address stands, none is made up`(value: String) {
        #expect(Self.forwarded(["X-Forwarded-For: \(value)"]) == nil)
        #expect(Self.forwarded([]) == nil)
    }

    @Test func `what stands before a word that is no address is not believed`() {
        #expect(Self.forwarded(["X-Forwarded-For: 1.1.1.1, x, 10.0.0.4"]) == "10.0.0.4")
    }

    @Test func `a list of endless proxies is read to its bound`() {
        let list = ["1.1.1.1"] + (0..<40).map { "10.0.0.\($0)" }
        #expect(
            Self.forwarded(["X-Forwarded-For: \(list.joined(separator: ", "))"]) == "10.0.0.24")
    }
}

@Suite struct FieldSelectorTests {
    private static func places(_ name: String, _ lines: [String]) -> [Int] {
        let text = ["GET / HTTP/1.1", "Host: h"] + lines + ["", ""]
        let bytes = Array(text.joined(separator: "\r\n").utf8)
        var parser = HeadParser(fieldCountMaximum: 40)
        var scanned = 0
        _ = parser.parseRequest(bytes.span, scanned: &scanned, limits: HeadLimits())
        let selector = FieldSelector(name)
        var places: [Int] = []
        var next = selector.next(in: parser.fields, bytes: bytes.span)
        while let place = next {
            places.append(place)
            next = selector.next(in: parser.fields, from: place + 1, bytes: bytes.span)
        }
        return places
    }

    @Test(arguments: ["X-Api-Key", "x-api-key", "User-Agent", "X-Deadline"])
    func `a field is found by its name in any case`(name: String) {
        let lines = ["A: 1", "\(name.uppercased()): 1", "B: 2", "\(name.lowercased()): 2"]
        #expect(Self.places(name, lines) == [2, 4])
        #expect(Self.places(name, ["A: 1", "\(name)x: 1"]) == [])
    }
}
