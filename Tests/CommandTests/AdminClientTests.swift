import PlimsollIO
import Testing

@testable import plimsoll

@Suite struct AdminClientTests {
    @Test func `an answer is its status and its body`() throws {
        let text = "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\na\r\n"
        let answer = try AdminClient.parsed(Array(text.utf8))
        #expect(answer == .init(status: 404, body: "a\r\n"))
    }

    @Test(arguments: [
        "", "hello", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 abc\r\n\r\n", "SSH-2.0\r\n\r\n",
    ])
    func `what is not HTTP is said to be`(_ text: String) {
        #expect(throws: AdminClient.Failure.self) { try AdminClient.parsed(Array(text.utf8)) }
    }

    @Test func `what could be read as something else is encoded`() {
        #expect(AdminClient.encoded("a-B.9_~") == "a-B.9_~")
        #expect(AdminClient.encoded("a/b=c&d é") == "a%2Fb%3Dc%26d%20%C3%A9")
    }

    @Test func `an address is a port's or a file's`() throws {
        _ = try AdminClient.address("127.0.0.1:9901")
        _ = try AdminClient.address("[::1]:9901")
        #expect(try AdminClient.address("unix:/run/a.sock").path == "/run/a.sock")
        for text in ["", "localhost", "127.0.0.1", "unix:"] {
            #expect(throws: AdminClient.Failure.self) { try AdminClient.address(text) }
        }
    }
}
