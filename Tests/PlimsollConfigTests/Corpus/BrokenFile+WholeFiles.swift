extension BrokenFile {
    static let wholeFiles: [BrokenFile] = [
        BrokenFile(
            "nothing at all", isWhole: true,
            #"""

            """#,
            #"""
            1:1: there is no [[listener]]; add one with address = "address:port"
            1:1: there is no [[route]]; add one with path_prefix = "/" and an upstream
            """#),
        BrokenFile(
            "an upstream without endpoints",
            #"""
            [upstream.other]
            [[route]]
            path="/o"
            upstream="other"
            """#,
            #"""
            14:11: upstream.other has no endpoints; add endpoints = ["address:port"]
            """#),
        BrokenFile(
            "an upstream with an empty list",
            #"""
            [upstream.other]
            endpoints = []
            [[route]]
            path="/o"
            upstream="other"
            """#,
            #"""
            15:13: upstream.other.endpoints is empty; name at least one endpoint
            """#),
        BrokenFile(
            "an endpoint twice",
            #"""
            [upstream.other]
            endpoints = ["a:80", "A:80"]
            [[route]]
            path="/o"
            upstream="other"
            """#,
            #"""
            15:22: upstream.other.endpoints holds "A:80" twice; name each endpoint once
            """#),
        BrokenFile(
            "two listeners at one address",
            #"""
            [[listener]]
            address = "127.0.0.1:8080"
            """#,
            #"""
            15:11: two listeners have the same address (the other on line 1); give each its own
            """#),
        BrokenFile(
            "two listeners with one name",
            #"""
            [[listener]]
            address = ":8081"
            name = "listener-1"
            """#,
            #"""
            16:8: two listeners are called "listener-1" (the other on line 1); give each its own name
            """#),
        BrokenFile(
            "a listener where the admin server is",
            #"""
            [admin]
            listen = "127.0.0.1:8080"
            """#,
            #"""
            2:11: listener.address is the address of the admin server; change it, or admin.listen
            """#),
        BrokenFile(
            "two upstreams and no route", isWhole: true,
            #"""
            [[listener]]
            [upstream.a]
            endpoints=["a:1"]
            [upstream.b]
            endpoints=["b:1"]
            """#,
            #"""
            1:1: there are several upstreams and no [[route]]; add one with path_prefix = "/" and an upstream
            """#),
        BrokenFile(
            "a name that no metric can carry",
            #"""
            [upstream."a b"]
            endpoints = ["a:80"]
            [[route]]
            path="/o"
            upstream="a b"
            """#,
            #"""
            14:11: an upstream is called "a b"; use 1 to 64 letters, digits, "-", "_" and "."
            """#),
    ]
}
