import PlimsollConfig
import PlimsollIO

/// Where a running plimsoll's admin server is asked.
struct AdminAddress: Equatable {
    /// `address:port`, `[v6]:port` or `unix:/path`, as `admin.listen` has it.
    let text: String
    let listen: ListenAddress

    /// As `admin.listen` is when nobody says otherwise.
    static let standard = AdminAddress(text: "127.0.0.1:9901", listen: .defaultAdmin)

    /// nil when the text is no address.
    init?(_ text: String) {
        guard let listen = ListenAddress(parsing: text) else { return nil }
        self.init(text: text, listen: listen)
    }

    private init(text: String, listen: ListenAddress) {
        self.text = text
        self.listen = listen
    }

    /// Asks it something.
    /// - Parameter target: path and query, percent-encoded.
    /// - Returns: the answer's status and body.
    /// - Throws: why there is no answer.
    func ask(_ method: String, _ target: String) throws(SystemError) -> (status: Int, body: String)
    {
        let address: SystemAddress
        switch listen {
        case .socket(let socket): address = SystemAddress(socket)
        case .unix(let path): address = try SystemAddress(path: path)
        }
        let host =
            switch listen {
            case .socket: text
            case .unix: "localhost"
            }
        let request =
            "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\nX-Plimsoll-Control: 1\r\n"
            + "Connection: close\r\n\r\n"
        let answer = String(
            decoding: try SingleExchange.ask(address, Array(request.utf8)), as: UTF8.self)
        let words = answer.prefix { $0 != "\r\n" }.split(separator: " ")
        let status = words.count > 1 ? Int(words[1]) ?? 0 : 0
        let body = answer.split(
            separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        return (status, body.count == 2 ? String(body[1]) : "")
    }
}
