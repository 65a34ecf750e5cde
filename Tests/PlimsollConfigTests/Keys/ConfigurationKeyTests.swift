import PlimsollPolicy
import Testing

@testable import PlimsollConfig

@Suite struct ConfigurationKeyTests {
    /// A file that is in order, with one key more.
    static func file(with path: String, _ value: String) -> String {
        let parts = path.split(separator: ".")
        let line = parts.dropFirst().joined(separator: ".") + " = \(value)\n"
        func lines(of table: String) -> String { parts[0] == table ? line : "" }
        let isAnswer = path.hasPrefix("route.respond") || path.hasPrefix("route.redirect")
        // A longest time may not be shorter than the first.
        let companion =
            switch path {
            case "upstream.breaker.open_for_maximum": "breaker.open_for = \"1ms\"\n"
            case "upstream.outlier.ejection_maximum": "outlier.ejection = \"1ms\"\n"
            default: ""
            }
        let ofRoute =
            path == "route.breaker.open_for_maximum" ? "breaker.open_for = \"1ms\"\n" : ""
        let isLimit = path.hasPrefix("route.rate_limit.") && path != "route.rate_limit.requests"
        // The bounds are taken with each other: 30 days bring everything back.
        let limit = path.hasSuffix(".per") ? "rate_limit.burst = 1\n" : ""
        let allowance = isLimit ? "rate_limit.requests = 1000\n\(limit)" : ""
        return """
            \(["server", "admin", "log", "drain"].contains(parts[0]) ? "\(path) = \(value)" : "")
            [[listener]]
            \(lines(of: "listener"))
            [[route]]
            \(isAnswer || path == "route.upstream" ? "" : "upstream = \"app\"")
            \(allowance)\(ofRoute)\(lines(of: "route"))
            [upstream.app]
            \(path == "upstream.endpoints" ? "" : "endpoints = [\"127.0.0.1:9000\"]")
            \(companion)\(lines(of: "upstream"))
            """
    }

    /// The errors about one key at one value, without their place.
    static func errors(_ path: String, _ value: String) -> [String] {
        ConfigurationLoader.load(text: file(with: path, value), file: "f").problems
            .filter { $0.severity == .error }.map { "\($0.rule); \($0.fix)" }
    }

    static func title(of key: ConfigurationKey) -> String {
        key.path.hasPrefix("upstream.")
            ? "upstream.app." + key.path.dropFirst("upstream.".count) : key.path
    }

    @Test func `every integer is taken at its bounds and refused beyond them`() {
        for key in ConfigurationKey.all {
            guard case .integer(let range) = key.shape else { continue }
            for value in [range.lowerBound, range.upperBound] {
                #expect(Self.errors(key.path, "\(value)") == [], "\(key.path) = \(value)")
            }
            for value in [range.lowerBound - 1, range.upperBound + 1, .min, .max] {
                #expect(
                    Self.errors(key.path, "\(value)") == [
                        "\(Self.title(of: key)) is \(value); it must be \(key.rangeText)"
                    ])
            }
        }
    }

    @Test func `every duration is taken at its bounds and refused beyond them`() {
        for key in ConfigurationKey.all {
            guard case .duration(let range, let word) = key.shape else { continue }
            var good = [range.lowerBound, range.upperBound].map(DurationText.write)
            if let word { good.append(word) }
            for text in good {
                #expect(Self.errors(key.path, "\"\(text)\"") == [], "\(key.path) = \(text)")
            }
            var bad = [DurationText.write(range.upperBound + .nanoseconds(1))]
            if range.lowerBound > .zero {
                bad.append(DurationText.write(range.lowerBound - .nanoseconds(1)))
            }
            for text in bad {
                #expect(
                    Self.errors(key.path, "\"\(text)\"") == [
                        "\(Self.title(of: key)) is \"\(text)\"; it must be \(key.rangeText)"
                    ])
            }
        }
    }

    @Test func `every size is taken at its bounds and refused beyond them`() {
        for key in ConfigurationKey.all {
            guard case .size(let range, let word) = key.shape else { continue }
            var good = [range.lowerBound, range.upperBound].map(SizeText.write)
            if let word { good.append(word) }
            for text in good {
                #expect(Self.errors(key.path, "\"\(text)\"") == [], "\(key.path) = \(text)")
            }
            var bad = [SizeText.write(range.upperBound + 1)]
            if range.lowerBound > 0 { bad.append(SizeText.write(range.lowerBound - 1)) }
            for text in bad {
                #expect(
                    Self.errors(key.path, "\"\(text)\"") == [
                        "\(Self.title(of: key)) is \"\(text)\"; it must be \(key.rangeText)"
                    ])
            }
        }
    }

    @Test func `every ratio is taken at its bounds and refused beyond them`() {
        for key in ConfigurationKey.all {
            guard case .ratio(let isZeroAllowed) = key.shape else { continue }
            for text in ["1", "1.0", "\"100%\"", "1e-6"] + (isZeroAllowed ? ["0", "0.0"] : []) {
                #expect(Self.errors(key.path, text) == [], "\(key.path) = \(text)")
            }
            for text in ["1.000001", "-0.000001", "inf", "-inf", "nan"]
                + (isZeroAllowed ? [] : ["0", "-0.0"])
            {
                let said = Self.errors(key.path, text)
                #expect(said.count == 1, "\(key.path) = \(text)")
                #expect(said.allSatisfy { $0.hasSuffix("it must be \(key.rangeText)") })
            }
        }
    }

    @Test func `every choice takes its words and no other`() {
        for key in ConfigurationKey.all {
            guard case .choice(let words) = key.shape else { continue }
            for word in words {
                #expect(Self.errors(key.path, "\"\(word)\"") == [], "\(key.path) = \(word)")
            }
            for word in ["", "ENFORCE", "on", " off"] {
                #expect(Self.errors(key.path, "\"\(word)\"").count == 1, "\(key.path) = \(word)")
            }
        }
    }

    @Test func `a default written out changes nothing`() throws {
        let plain = try configuration(
            """
            [[listener]]
            [[route]]
            upstream = "app"
            [upstream.app]
            endpoints = ["127.0.0.1:9000"]
            """
        ).withoutLines
        for key in ConfigurationKey.all where key.defaultText.hasPrefix("`") {
            let isAnswer =
                key.path.hasPrefix("route.respond") || key.path.hasPrefix("route.redirect")
            guard !isAnswer, !key.path.hasSuffix("_maximum"), key.path != "listener.name",
                key.path != "server.user"
            else { continue }
            let value = String(key.defaultText.dropFirst().dropLast())
            var loaded = try configuration(Self.file(with: key.path, value)).withoutLines
            if key.path.hasPrefix("upstream.health") { loaded.upstreams[0].health = nil }
            if key.path.hasPrefix("route.breaker") { loaded.routes[0].breaker = nil }
            if key.path.hasPrefix("route.rate_limit") { loaded.routes[0].rateLimit = nil }
            if key.path.hasPrefix("upstream.limit") {
                loaded.upstreams[0].limit = nil
                loaded.upstreams[0].queue = .standard
            }
            #expect(loaded == plain, "\(key.path) = \(value)")
        }
    }

    @Test func `every key refuses a table, or an array where it is a table`() {
        for key in ConfigurationKey.all {
            let isTable = key.typeText == "table"
            let said = Self.errors(key.path, isTable ? "[[1]]" : "{ zzz = 1 }")
            #expect(!said.isEmpty, "\(key.path)")
        }
    }
}

extension Configuration {
    /// The same without the lines on which routes stand.
    var withoutLines: Configuration {
        var copy = self
        for index in copy.routes.indices { copy.routes[index].line = 0 }
        return copy
    }
}
