import PlimsollHTTP

/// The rules for request heads a second time, written for plainness alone and sharing no code with
/// the parser: what the parser accepts must pass here.
enum SlowHeadCheck {
    /// The first rule that the head breaks, or nil. The head is everything up to and with the
    /// empty line at its end.
    static func brokenRule(_ head: [UInt8], framing: BodyFraming) -> String? {
        var lines = split(head)
        if lines.first == [] { lines.removeFirst() }
        guard lines.count >= 3, lines.suffix(2) == [[], []] else {
            return "no empty line at the end"
        }
        lines.removeLast(2)
        guard !lines.contains([]) else { return "an empty line inside" }
        for line in lines where line.contains(where: { ($0 < 32 && $0 != 9) || $0 == 127 }) {
            return "a control byte"
        }
        let parts = lines[0].split(separator: 32, omittingEmptySubsequences: false).map(Array.init)
        guard parts.count == 3 else { return "a request line of \(parts.count) parts" }
        guard isToken(parts[0]), !["CONNECT", "TRACE"].contains(text(parts[0])) else {
            return "the method"
        }
        guard !parts[1].isEmpty, parts[1].allSatisfy({ $0 > 32 && $0 < 127 && $0 != 35 }) else {
            return "the target"
        }
        guard ["HTTP/1.0", "HTTP/1.1"].contains(text(parts[2])) else { return "the version" }
        return brokenField(
            Array(lines.dropFirst()), isOld: text(parts[2]) == "HTTP/1.0", framing: framing)
    }

    private static func brokenField(
        _ lines: [[UInt8]], isOld: Bool, framing: BodyFraming
    ) -> String? {
        var values: [String: [String]] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: 58) else { return "a line without a colon" }
            guard isToken(Array(line[..<colon])) else { return "a name that is no token" }
            var value = text(Array(line[(colon + 1)...]))
            while let first = value.first, " \t".contains(first) { value.removeFirst() }
            while let last = value.last, " \t".contains(last) { value.removeLast() }
            values[text(Array(line[..<colon])).lowercased(), default: []].append(value)
        }
        let hosts = values["host"] ?? []
        guard hosts.count == 1 || (isOld && hosts.isEmpty) else { return "\(hosts.count) hosts" }
        for host in hosts
        where host.isEmpty || host.contains(where: { " ,/?#@\\\"<>%".contains($0) }) {
            return "the host"
        }
        let lengths = values["content-length"] ?? []
        let codings = values["transfer-encoding"] ?? []
        switch framing {
        case .none:
            return lengths.isEmpty && codings.isEmpty ? nil : "framing was overlooked"
        case .chunked:
            return lengths.isEmpty && !isOld && codings.map { $0.lowercased() } == ["chunked"]
                ? nil : "chunked without saying so"
        case .length(let length):
            guard codings.isEmpty, lengths.count == 1, let value = lengths.first,
                value.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), Int64(value) == length
            else { return "a length without saying so" }
            return nil
        case .untilClose: return "a request until the end"
        }
    }

    /// Cut at CRLF; what a bare CR or LF leaves behind is caught as a control byte.
    private static func split(_ head: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        var index = 0
        while index < head.count {
            if head[index] == 13, index + 1 < head.count, head[index + 1] == 10 {
                lines.append([])
                index += 2
            } else {
                lines[lines.count - 1].append(head[index])
                index += 1
            }
        }
        return lines
    }

    private static func isToken(_ bytes: [UInt8]) -> Bool {
        let others = Array("!#$%&'*+-.^_`|~".utf8)
        return !bytes.isEmpty
            && bytes.allSatisfy {
                ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) || ($0 >= 97 && $0 <= 122)
                    || others.contains($0)
            }
    }

    /// One character for each byte, so that nothing is normalised.
    private static func text(_ bytes: [UInt8]) -> String {
        String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
