import Testing

@testable import PlimsollConfig

@Suite struct UnitTextTests {
    @Test func `durations are a whole number and a unit`() throws {
        #expect(try DurationText.parse("0s") == .zero)
        #expect(try DurationText.parse("7ns") == .nanoseconds(7))
        #expect(try DurationText.parse("8us") == .microseconds(8))
        #expect(try DurationText.parse("250ms") == .milliseconds(250))
        #expect(try DurationText.parse("010s") == .seconds(10))
        #expect(try DurationText.parse("3m") == .seconds(180))
        #expect(try DurationText.parse("2h") == .seconds(7_200))
        #expect(try DurationText.parse("9223372036854775807ns") == .nanoseconds(Int64.max))
    }

    @Test(arguments: ["", "s", "5", "5 s", " 5s", "5s ", "5S", "5d", "5ms1s", "1m30s", "+5s", "٣s"])
    func `anything else is no duration`(_ text: String) {
        #expect(throws: UnitTextError.malformed) { try DurationText.parse(text) }
    }

    @Test(arguments: ["9223372036854775808ns", "2562048h", "99999999999999999999s"])
    func `a duration beyond 64 bits of nanoseconds is an overflow`(_ text: String) {
        #expect(throws: UnitTextError.overflow) { try DurationText.parse(text) }
    }

    @Test func `durations are written in the largest unit that keeps them whole`() {
        #expect(DurationText.write(.zero) == "0s")
        #expect(DurationText.write(.nanoseconds(1_500)) == "1500ns")
        #expect(DurationText.write(.milliseconds(1_500)) == "1500ms")
        #expect(DurationText.write(.seconds(90)) == "90s")
        #expect(DurationText.write(.seconds(86_400)) == "24h")
    }

    @Test func `sizes are a whole number and a unit`() throws {
        #expect(try SizeText.parse("0B") == 0)
        #expect(try SizeText.parse("64KiB") == 65_536)
        #expect(try SizeText.parse("64KB") == 64_000)
        #expect(try SizeText.parse("3MiB") == 3_145_728)
        #expect(try SizeText.parse("2GB") == 2_000_000_000)
        #expect(try SizeText.parse("1TiB") == 1 << 40)
        #expect(try SizeText.parse("8388607TiB") == 8_388_607 << 40)
    }

    @Test(arguments: ["", "KiB", "5", "5 B", "5kb", "5K", "5kib", "-5B", "1.5MiB"])
    func `anything else is no size`(_ text: String) {
        #expect(throws: UnitTextError.malformed) { try SizeText.parse(text) }
    }

    @Test(arguments: ["8388608TiB", "9223372036854775808B"])
    func `a size beyond 64 bits is an overflow`(_ text: String) {
        #expect(throws: UnitTextError.overflow) { try SizeText.parse(text) }
    }

    @Test func `percentages have digits, perhaps a point, and a sign at their end`() {
        #expect(RatioText.parsePercentage("50%") == 0.5)
        #expect(RatioText.parsePercentage("12.5%") == 0.125)
        #expect(RatioText.parsePercentage("0%") == 0)
        for text in ["", "%", "50", "50 %", "-5%", ".5%", "5.%", "1e2%", "nan%", "1.2.3%"] {
            #expect(RatioText.parsePercentage(text) == nil, "\(text)")
        }
    }
}

@Suite struct NearestNameTests {
    @Test func `a slip of the keyboard finds what was meant`() {
        let names = ["connect", "response", "idle"]
        #expect(NearestName.nearest(to: "conect", among: names) == "connect")
        #expect(NearestName.nearest(to: "cnonect", among: names) == "connect")
        #expect(NearestName.nearest(to: "Response", among: names) == "response")
        #expect(NearestName.nearest(to: "idel", among: names) == "idle")
    }

    @Test func `a word like no other finds nothing`() {
        #expect(NearestName.nearest(to: "xylophone", among: ["connect", "idle"]) == nil)
        #expect(NearestName.nearest(to: "tls", among: ["name", "address"]) == nil)
        #expect(NearestName.nearest(to: "x", among: []) == nil)
        #expect(NearestName.nearest(to: "", among: ["a"]) == nil)
    }

    @Test func `swapped neighbours are one edit`() {
        #expect(NearestName.distance(Array("abcd".utf8), Array("abdc".utf8)) == 1)
        #expect(NearestName.distance(Array("".utf8), Array("abc".utf8)) == 3)
        #expect(NearestName.distance(Array("abc".utf8), Array("abc".utf8)) == 0)
    }
}
