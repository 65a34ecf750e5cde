extension BrokenFile {
    static let fields: [BrokenFile] = [
        BrokenFile(
            "a field name with a blank",
            #"""
            [[route]]
            upstream = "app"
            path = "/x"
            request_headers = { set = { "X Env" = "a" } }
            """#,
            #"""
            17:29: route.request_headers.set holds the field name "X Env"; a name is letters, digits and "-", without blanks
            """#),
        BrokenFile(
            "a value with a line break",
            #"""
            [[route]]
            upstream = "app"
            path = "/x"
            request_headers = { set = { "X-Env" = "a\r\nX-Evil: 1" } }
            """#,
            #"""
            17:39: the value of route.request_headers.set.X-Env has a line break or control character; leave it out
            """#),
        BrokenFile(
            "a value with a blank at its end",
            #"""
            [[route]]
            upstream = "app"
            path = "/x"
            response_headers = { add = { "X-Env" = "a " } }
            """#,
            #"""
            17:40: the value of route.response_headers.add.X-Env begins or ends with a blank; leave it out: it does not travel
            """#),
        BrokenFile(
            "more fields than there is room for",
            #"""
            [[route]]
            upstream = "app"
            path = "/x"
            response_headers = { set = { "X-A" = "\#(String(repeating: "a", count: 4090))" } }
            """#,
            #"""
            17:28: the fields of route.response_headers.set are 4097 bytes long; they must be at most 4 KiB in all
            """#),
        BrokenFile(
            "a framing field",
            #"""
            [[route]]
            upstream = "app"
            path = "/x"
            request_headers = { set = { "Content-Length" = "5" } }
            """#,
            #"""
            17:29: route.request_headers.set holds "Content-Length"; plimsoll writes that field itself; leave it out
            """#),
        BrokenFile(
            "a hop-by-hop field",
            #"""
            [[route]]
            upstream = "app"
            path = "/x"
            response_headers = { remove = ["connection"] }
            """#,
            #"""
            17:32: route.response_headers.remove holds "connection"; plimsoll writes that field itself; leave it out
            """#),
        BrokenFile(
            "a field twice in different case",
            #"""
            [[route]]
            upstream = "app"
            path = "/x"
            request_headers = { set = { "X-A" = "1", "x-a" = "2" } }
            """#,
            #"""
            17:42: route.request_headers.set holds "x-a" twice; field names are the same in upper and lower case; keep one
            """#),
        BrokenFile(
            "a value that is a number",
            #"""
            [[route]]
            upstream = "app"
            path = "/x"
            request_headers = { set = { "X-A" = 1 } }
            """#,
            #"""
            17:37: route.request_headers.set.X-A is an integer; it must be a string
            """#),
    ]
}
