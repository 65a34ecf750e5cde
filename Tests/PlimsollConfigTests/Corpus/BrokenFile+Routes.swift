extension BrokenFile {
    static let routes: [BrokenFile] = [
        BrokenFile(
            "a rate limit without a rate",
            #"""
            [[route]]
            path = "/a"
            upstream = "app"
            rate_limit = { burst = 5 }
            """#,
            #"""
            17:1: route.rate_limit has no requests; say how many it takes, such as requests = 100
            """#),
        BrokenFile(
            "a rate limit by nothing that there is",
            #"""
            [[route]]
            path = "/a"
            upstream = "app"
            rate_limit = { requests = 5, by = "tenant" }
            [[route]]
            path = "/b"
            upstream = "app"
            rate_limit = { requests = 5, by = { header = "a b" } }
            """#,
            #"""
            17:35: route.rate_limit.by is "tenant"; it must be "route", "client-address" or { header = "field-name" }
            21:35: route.rate_limit.by is another table; it must be "route", "client-address" or { header = "field-name" }
            """#),
        BrokenFile(
            "a burst that no month brings back",
            #"""
            [[route]]
            path = "/a"
            upstream = "app"
            rate_limit = { requests = 1, per = "24h", burst = 31 }
            """#,
            #"""
            17:51: route.rate_limit.burst is 31; it must be no more than 30 days bring back at this rate
            """#),
        BrokenFile(
            "a route of which another takes every method and host",
            #"""
            [[route]]
            host = ["a.example", "b.example"]
            methods = ["GET", "POST"]
            upstream = "app"
            [[route]]
            host = "b.example"
            methods = ["POST"]
            upstream = "app"
            """#,
            #"""
            18:1: this route never matches: the one on line 14 takes all of its requests; remove one of them, or make this one more specific
            """#),
        BrokenFile(
            "a route that leads nowhere",
            #"""
            [[route]]
            path = "/x"
            """#,
            #"""
            14:1: a route has no upstream, respond or redirect; say what becomes of its requests, such as upstream = "NAME"
            """#),
        BrokenFile(
            "a route that leads to two places",
            #"""
            [[route]]
            path = "/x"
            upstream = "app"
            redirect = { scheme = "https" }
            """#,
            #"""
            17:1: a route has upstream and redirect; keep one of them
            """#),
        BrokenFile(
            "a route to a misspelt upstream",
            #"""
            [[route]]
            path = "/x"
            upstream = "ap"
            """#,
            #"""
            16:12: there is no upstream "ap"; did you mean "app"?
            """#),
        BrokenFile(
            "a route to an upstream like no other",
            #"""
            [[route]]
            path = "/x"
            upstream = "warehouse"
            """#,
            #"""
            16:12: there is no upstream "warehouse"; add [upstream.warehouse]
            """#),
        BrokenFile(
            "a path and a prefix",
            #"""
            [[route]]
            upstream = "app"
            path = "/x"
            path_prefix = "/y"
            """#,
            #"""
            16:1: a route has both path and path_prefix; leave one of them out
            """#),
        BrokenFile(
            "a path that is relative",
            #"""
            [[route]]
            upstream = "app"
            path = "x"
            """#,
            #"""
            16:8: route.path "x" does not begin with "/"; write "/x"
            """#),
        BrokenFile(
            "a path with a query",
            #"""
            [[route]]
            upstream = "app"
            path = "/x?y"
            """#,
            #"""
            16:8: route.path "/x?y" has a "?"; routes look at the path only; leave the rest out
            """#),
        BrokenFile(
            "a path with dot segments",
            #"""
            [[route]]
            upstream = "app"
            path = "/a/../b"
            """#,
            #"""
            16:8: route.path "/a/../b" has a dot segment; write the path that it leads to
            """#),
        BrokenFile(
            "a path with two slashes",
            #"""
            [[route]]
            upstream = "app"
            path_prefix = "/a//b"
            """#,
            #"""
            16:15: route.path_prefix "/a//b" has an empty segment ("//"); requests are matched with single slashes
            """#),
        BrokenFile(
            "a path with a backslash",
            #"""
            [[route]]
            upstream = "app"
            path = '/a\b'
            """#,
            #"""
            16:8: route.path "/a\b" has a backslash; paths are written with "/"
            """#),
        BrokenFile(
            "a path with an encoded slash",
            #"""
            [[route]]
            upstream = "app"
            path = "/a%2fb"
            """#,
            #"""
            16:8: route.path "/a%2fb" has "%2f"; upstreams disagree on what it means; leave it out
            """#),
        BrokenFile(
            "a path with an encoded letter",
            #"""
            [[route]]
            upstream = "app"
            path = "/%41"
            """#,
            #"""
            16:8: route.path "/%41" has "%41", which requests are matched without; write "A"
            """#),
        BrokenFile(
            "a path with a lower-case escape",
            #"""
            [[route]]
            upstream = "app"
            path = "/%c3%bc"
            """#,
            #"""
            16:8: route.path "/%c3%bc" has "%c3"; write "%C3"
            """#),
        BrokenFile(
            "a path with a broken escape",
            #"""
            [[route]]
            upstream = "app"
            path = "/%4"
            """#,
            #"""
            16:8: route.path "/%4" has a "%" without two hexadecimal digits; write "%25" for "%"
            """#),
        BrokenFile(
            "a path with a blank",
            #"""
            [[route]]
            upstream = "app"
            path = "/a b"
            """#,
            #"""
            16:8: route.path "/a b" has a space, control or non-ASCII character; write it percent-encoded, as it travels
            """#),
        BrokenFile(
            "a host with a port",
            #"""
            [[route]]
            upstream = "app"
            host = "example.com:80"
            """#,
            #"""
            16:8: route.host is "example.com:80"; leave the port out: "example.com"
            """#),
        BrokenFile(
            "a wildcard in the middle",
            #"""
            [[route]]
            upstream = "app"
            host = "api.*.com"
            """#,
            #"""
            16:8: route.host is "api.*.com"; a wildcard stands for whole labels in front: "*.example.com"
            """#),
        BrokenFile(
            "a wildcard alone",
            #"""
            [[route]]
            upstream = "app"
            host = "*"
            """#,
            #"""
            16:8: route.host is "*"; leave it out to take any host
            """#),
        BrokenFile(
            "a host that is none",
            #"""
            [[route]]
            upstream = "app"
            host = ["a.example", "-b.example"]
            """#,
            #"""
            16:22: route.host is "-b.example"; write a host name such as "api.example.com" or "*.example.com"
            """#),
        BrokenFile(
            "a method in lower case",
            #"""
            [[route]]
            upstream = "app"
            methods = ["get"]
            """#,
            #"""
            16:12: route.methods holds "get"; methods are case-sensitive; write "GET"
            """#),
        BrokenFile(
            "a method that is always refused",
            #"""
            [[route]]
            upstream = "app"
            methods = ["TRACE"]
            """#,
            #"""
            16:12: route.methods holds "TRACE", which is always refused; leave it out
            """#),
        BrokenFile(
            "a condition that is a number",
            #"""
            [[route]]
            upstream = "app"
            headers = { "x-a" = 1 }
            """#,
            #"""
            16:21: route.headers.x-a is an integer; write the value it must have, true (it is there) or false (it is not)
            """#),
        BrokenFile(
            "an upgrade that is never allowed",
            #"""
            [[route]]
            upstream = "app"
            path = "/x"
            upgrade = ["h2c"]
            """#,
            #"""
            17:12: route.upgrade holds "h2c"; only "websocket" can be allowed; [] refuses all
            """#),
        BrokenFile(
            "the same requests twice",
            #"""
            [[route]]
            upstream = "app"
            path = "/x"
            [[route]]
            upstream = "app"
            path = "/x"
            """#,
            #"""
            17:1: this route never matches: the one on line 14 takes all of its requests; remove one of them, or make this one more specific
            """#),
        BrokenFile(
            "an answer with a status that is none",
            #"""
            [[route]]
            path = "/x"
            respond = { status = 199 }
            """#,
            #"""
            16:22: route.respond.status is 199; it must be 200 to 599
            """#),
        BrokenFile(
            "a body where there is none",
            #"""
            [[route]]
            path = "/x"
            respond = { status = 204, body = "no" }
            """#,
            #"""
            16:34: route.respond has a body and status 204, which has none; leave the body out or choose another status
            """#),
        BrokenFile(
            "a redirect with a status that does not redirect",
            #"""
            [[route]]
            path = "/x"
            redirect = { status = 304, scheme = "https" }
            """#,
            #"""
            16:23: route.redirect.status is 304; it must be 301, 302, 303, 307 or 308
            """#),
        BrokenFile(
            "a redirect to itself",
            #"""
            [[route]]
            path = "/x"
            redirect = { status = 308 }
            """#,
            #"""
            16:1: route.redirect leads back to where the request came from; add scheme, host or path
            """#),
    ]
}
