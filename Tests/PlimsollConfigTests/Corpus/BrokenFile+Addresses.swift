extension BrokenFile {
    static let addresses: [BrokenFile] = [
        BrokenFile(
            "a listener at port 65536",
            #"""
            [[listener]]
            address = "127.0.0.1:65536"
            """#,
            #"""
            15:11: listener.address is "127.0.0.1:65536"; the port must be 1 to 65535
            """#),
        BrokenFile(
            "a listener without a port",
            #"""
            [[listener]]
            address = "127.0.0.1"
            """#,
            #"""
            15:11: listener.address is "127.0.0.1"; add a port, such as "127.0.0.1:8080"
            """#),
        BrokenFile(
            "a listener at a name",
            #"""
            [[listener]]
            address = "localhost:80"
            """#,
            #"""
            15:11: listener.address is "localhost:80"; listen at a numeric address, such as "0.0.0.0:80"
            """#),
        BrokenFile(
            "a bare IPv6 address",
            #"""
            [[listener]]
            address = "::1:80"
            """#,
            #"""
            15:11: listener.address is "::1:80"; write an IPv6 address in brackets, such as "[::1]:8080"
            """#),
        BrokenFile(
            "a number too large for an address",
            #"""
            [[listener]]
            address = "127.0.0.256:80"
            """#,
            #"""
            15:11: listener.address is "127.0.0.256:80"; listen at a numeric address, such as "0.0.0.0:80"
            """#),
        BrokenFile(
            "a relative socket path",
            #"""
            [[listener]]
            address = "unix:app.sock"
            """#,
            #"""
            15:11: listener.address is "unix:app.sock"; write an absolute path, such as "unix:/run/app.sock"
            """#),
        BrokenFile(
            "an endpoint at port 0",
            #"""
            [upstream.other]
            endpoints = ["127.0.0.1:0"]
            [[route]]
            path="/o"
            upstream="other"
            """#,
            #"""
            15:14: upstream.other.endpoints holds "127.0.0.1:0"; the port must be 1 to 65535
            """#),
        BrokenFile(
            "an endpoint that is mistyped",
            #"""
            [upstream.other]
            endpoints = ["10.0.0.1:80", "10.0.0.300:80"]
            [[route]]
            path="/o"
            upstream="other"
            """#,
            #"""
            15:29: upstream.other.endpoints holds "10.0.0.300:80"; write "address:port", "[v6]:port", "name:port" or "unix:/path"
            """#),
        BrokenFile(
            "an endpoint with a scheme",
            #"""
            [upstream.other]
            endpoints = ["http://app:80"]
            [[route]]
            path="/o"
            upstream="other"
            """#,
            #"""
            15:14: upstream.other.endpoints holds "http://app:80"; leave the scheme out: "app:80"
            """#),
        BrokenFile(
            "an endpoint that is no machine",
            #"""
            [upstream.other]
            endpoints = ["0.0.0.0:80"]
            [[route]]
            path="/o"
            upstream="other"
            """#,
            #"""
            15:14: upstream.other.endpoints holds "0.0.0.0:80"; name the machine, such as "127.0.0.1:80"
            """#),
        BrokenFile(
            "an admin address without a port",
            #"""
            [admin]
            listen = "127.0.0.1"
            """#,
            #"""
            15:10: admin.listen is "127.0.0.1"; add a port, such as "127.0.0.1:8080"
            """#),
        BrokenFile(
            "a range with bits behind its prefix",
            #"""
            [server]
            trusted_proxies = ["10.0.0.1/8"]
            """#,
            #"""
            15:20: server.trusted_proxies holds "10.0.0.1/8"; write an address, or a range such as "10.0.0.0/8" or "fd00::/8" without bits behind its prefix
            """#),
    ]
}
