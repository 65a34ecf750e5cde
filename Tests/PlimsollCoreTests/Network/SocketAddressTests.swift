import PlimsollCore
import Testing

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1:80", "127.0.0.1:80"), ("0.0.0.0:0", "0.0.0.0:0"),
        ("255.255.255.255:65535", "255.255.255.255:65535"), ("[::]:1", "[::]:1"),
        ("[::1]:443", "[::1]:443"), ("[2001:DB8:0:0:1:0:0:1]:9", "[2001:db8::1:0:0:1]:9"),
        ("[2001:db8::]:9", "[2001:db8::]:9"), ("[1:2:3:4:5:6:7:8]:9", "[1:2:3:4:5:6:7:8]:9"),
        ("[1:0:3:4:5:6:7:8]:9", "[1:0:3:4:5:6:7:8]:9"),
        ("[::ffff:192.0.2.1]:9", "[::ffff:192.0.2.1]:9"), ("[fe80::1:2]:9", "[fe80::1:2]:9"),
        ("[1:2:3:4:5:6:1.2.3.4]:9", "[1:2:3:4:5:6:102:304]:9"),
        ("[0:0:1:0:0:0:0:1]:9", "[0:0:1::1]:9"),
    ])
    func `reads an address and writes its canonical text`(text: String, expected: String) {
        #expect(SocketAddress(parsing: text)?.description == expected)
    }

    @Test(arguments: [
        "", ":", "127.0.0.1", "127.0.0.1:", ":80", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0:80", "127.0.0.1.1:80", "127.0.0.256:80", "127.0.0.01:80", "127..0.1:80",
        "localhost:80", "::1:80", "[127.0.0.1]:80", "[::1]", "[]:80", "[:1]:80", "[1:]:80",
        "[:::]:80", "[1::2::3]:80", "[1:2:3:4:5:6:7:8:9]:80", "[1:2:3:4:5:6:7::8]:80",
        "[12345::]:80", "[g::]:80", "[::1%eth0]:80", "[1:2:3]:80", "[1.2.3.4::]:80",
        "127.0.0.1:000080",
    ])
    func `anything else is no address`(text: String) {
        #expect(SocketAddress(parsing: text) == nil)
    }

    @Test(arguments: [
        ("127.255.0.1:1", true), ("128.0.0.1:1", false), ("[::1]:1", true), ("[::2]:1", false),
        ("[::ffff:127.0.0.1]:1", true), ("[1::1]:1", false),
    ])
    func `knows the loopback`(text: String, isLoopback: Bool) {
        #expect(SocketAddress(parsing: text)?.isLoopback == isLoopback)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1:1", true), ("10.0.0.0/8", "11.0.0.0:1", false),
        ("0.0.0.0/0", "1.2.3.4:1", true), ("0.0.0.0/0", "[::1]:1", false),
        ("192.0.2.1", "192.0.2.1:5", true), ("192.0.2.1/32", "192.0.2.2:5", false),
        ("192.0.2.0/31", "192.0.2.1:5", true), ("10.0.0.0/8", "[::ffff:10.1.1.1]:1", true),
        ("2001:db8::/32", "[2001:db8:ffff::1]:1", true),
        ("2001:db8::/32", "[2001:db9::1]:1", false), ("::1", "[::1]:1", true),
        ("2001:db8::/65", "[2001:db8::7fff:0:0:1]:1", true),
        ("2001:db8::/65", "[2001:db8::8000:0:0:1]:1", false), ("::/0", "[::5]:1", true),
    ])
    func `a range contains its block`(range: String, address: String, isInside: Bool) throws {
        let range = try #require(AddressRange(parsing: range))
        let address = try #require(SocketAddress(parsing: address))
        #expect(range.contains(address) == isInside)
    }

    @Test(arguments: [
        "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "/8", "::/129", "::1/64", "10.0.0/8", "",
        "10.0.0.0/-1",
    ])
    func `a bad range is refused`(text: String) {
        #expect(AddressRange(parsing: text) == nil)
    }
}
