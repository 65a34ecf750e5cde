extension BrokenFile {
    static let warnings: [BrokenFile] = [
        BrokenFile(
            "an upstream to which nothing leads",
            #"""
            [upstream.other]
            endpoints = ["a:80"]
            """#,
            #"""
            14:11: warning: no route leads to upstream "other"; add a route or remove the upstream
            """#),
        BrokenFile(
            "an admin server that everybody can reach",
            #"""
            [admin]
            listen = "0.0.0.0:9901"
            """#,
            #"""
            15:10: warning: admin.listen can be reached from other machines; use 127.0.0.1 or a unix: socket, or keep others out by a firewall
            """#),
        BrokenFile(
            "a port that changes",
            #"""
            [[listener]]
            address = "127.0.0.1:0"
            """#,
            #"""
            15:11: warning: listener.address has port 0, so the port changes with every start; choose one from 1 to 65535
            """#),
        BrokenFile(
            "a wait for a turn longer than for an answer",
            #"""
            [upstream.app.bulkhead]
            queue_timeout = "31s"
            """#,
            #"""
            15:17: warning: upstream.app.bulkhead.queue_timeout is longer than timeouts.response; a request should not wait longer for its turn than for its answer
            """#),
        BrokenFile(
            "a route timeout that the queue can use up",
            #"""
            [[route]]
            path = "/x"
            upstream = "app"
            timeout = "1s"
            """#,
            #"""
            17:1: warning: route.timeout is not longer than upstream.app.bulkhead.queue_timeout; make it longer, or a request may spend all its time in the queue
            """#),
        BrokenFile(
            "a slow call that has failed before",
            #"""
            [upstream.app.breaker]
            slow_call = "30s"
            """#,
            #"""
            15:13: warning: upstream.app.breaker.slow_call is not below timeouts.response; make it shorter, or no call is ever slow before it has failed
            """#),
        BrokenFile(
            "a slow ratio without slow calls",
            #"""
            [upstream.app.breaker]
            slow_ratio = 0.5
            """#,
            #"""
            15:14: warning: upstream.app.breaker.slow_ratio has no effect without slow_call; say from when on a call is slow, or leave it out
            """#),
        BrokenFile(
            "a limit per endpoint that is never reached",
            #"""
            [upstream.app.bulkhead]
            concurrency = 5
            per_endpoint = 6
            """#,
            #"""
            16:16: warning: upstream.app.bulkhead.per_endpoint is above concurrency, so it is never reached; make it smaller or leave it out
            """#),
        BrokenFile(
            "a health check that outlasts its interval",
            #"""
            [upstream.app.health]
            interval = "500ms"
            """#,
            #"""
            7:11: warning: upstream.app.health.timeout is longer than interval; make it shorter: a question should be answered before the next
            """#),
        BrokenFile(
            "a rewrite without an upstream",
            #"""
            [[route]]
            path = "/x"
            rewrite_prefix = "/"
            respond = {}
            """#,
            #"""
            16:1: warning: route.rewrite_prefix has no effect on a route without upstream; leave it out
            """#),
        BrokenFile(
            "a daemon that stays root",
            #"""
            [server]
            user = "root"
            """#,
            #"""
            15:8: warning: server.user is "root"; name a user without rights of its own, or leave it out
            """#),
    ]
}
