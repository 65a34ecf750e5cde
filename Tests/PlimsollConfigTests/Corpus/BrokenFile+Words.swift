extension BrokenFile {
    static let words: [BrokenFile] = [
        BrokenFile(
            "a driver that does not exist",
            #"""
            [server]
            driver = "uring"
            """#,
            #"""
            15:10: server.driver is "uring"; it must be "auto", "io_uring" or "epoll"; did you mean "io_uring"?
            """#),
        BrokenFile(
            "a mode that does not exist yet",
            #"""
            [upstream.app.breaker]
            mode = "shadow"
            """#,
            #"""
            15:8: upstream.app.breaker.mode is "shadow"; it must be "enforce" or "off"
            """#),
        BrokenFile(
            "a balance that does not exist",
            #"""
            [upstream.other]
            endpoints = ["a:80"]
            balance = "random"
            [[route]]
            path = "/o"
            upstream = "other"
            """#,
            #"""
            16:11: upstream.other.balance is "random"; it must be "two-choices", "round-robin" or "least-in-flight"
            """#),
        BrokenFile(
            "a level that does not exist",
            #"""
            [log]
            level = "warn"
            """#,
            #"""
            15:9: log.level is "warn"; it must be "debug", "info", "warning" or "error"; did you mean "warning"?
            """#),
        BrokenFile(
            "a condition for retries that does not exist",
            #"""
            [upstream.app.retry]
            on = ["connect-failure", "connection-failure", "200"]
            """#,
            #"""
            15:26: upstream.app.retry.on holds "connection-failure"; it must be connect-failure, reset-before-response or a status 400 to 599; did you mean "connect-failure"?
            15:48: upstream.app.retry.on holds "200"; it must be connect-failure, reset-before-response or a status 400 to 599
            """#),
        BrokenFile(
            "an access log with a relative path",
            #"""
            [log]
            access = "access.log"
            """#,
            #"""
            15:10: log.access is "access.log"; it must be "off", "stdout" or the absolute path of a file
            """#),
        BrokenFile(
            "a user that no system has",
            #"""
            [server]
            user = "a b"
            """#,
            #"""
            15:8: server.user is "a b"; it must be the name of a user
            """#),
        BrokenFile(
            "a health path that ends the request line",
            #"""
            [upstream.app.health]
            path = "/a b"
            """#,
            #"""
            15:8: upstream.app.health.path is "/a b"; it must be a path of at most 1024 visible ASCII characters that begins with /
            """#),
    ]
}
