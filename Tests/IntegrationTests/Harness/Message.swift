/// A request or an answer as one end of a wire heard it.
struct Message {
    let startLine: String
    let fields: [(name: String, value: String)]
    var body: [UInt8] = []
    /// Sizes of the chunks the body came in.
    var chunks: [Int] = []
    var trailers: [String] = []

    init(head: String) {
        // The two line ends at the end are one character each, to Swift.
        let lines = head.dropLast(2).split(separator: "\r\n", omittingEmptySubsequences: false)
        startLine = lines.first.map(String.init) ?? ""
        fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            return (String(parts[0]), String(value))
        }
    }

    /// The status code of an answer; 0 for a request.
    var status: Int {
        guard startLine.hasPrefix("HTTP/") else { return 0 }
        return Int(startLine.split(separator: " ")[1]) ?? -1
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// A field's value, several lines joined; nil when there is none.
    subscript(name: String) -> String? {
        let values = all(name)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// Every line of a field.
    func all(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }
}
