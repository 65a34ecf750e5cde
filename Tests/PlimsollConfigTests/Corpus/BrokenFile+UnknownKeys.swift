extension BrokenFile {
    static let unknownKeys: [BrokenFile] = [
        BrokenFile(
            "a misspelt key",
            #"""
            [server]
            lops = 2
            """#,
            #"""
            15:1: unknown key "lops" in server; did you mean "loops"?
            """#),
        BrokenFile(
            "a misspelt table",
            #"""
            [severs]
            """#,
            #"""
            14:2: unknown key "severs" at the top of the file; did you mean "server"?
            """#),
        BrokenFile(
            "a misspelt key in an inline table",
            #"""
            [[listener]]
            address = ":8081"
            limits = { conections = 5 }
            """#,
            #"""
            16:12: unknown key "conections" in listener.limits; did you mean "connections"?
            """#),
        BrokenFile(
            "a key like no other",
            #"""
            [drain]
            xylophone = 1
            """#,
            #"""
            15:1: unknown key "xylophone" in drain; the keys here are timeout
            """#),
        BrokenFile(
            "a misspelt policy",
            #"""
            [upstream.app.breakers]
            """#,
            #"""
            14:15: unknown key "breakers" in upstream.app; did you mean "breaker"?
            """#),
        BrokenFile(
            "a cache that does not exist",
            #"""
            [upstream.app.cache]
            algorithm = "gradient"
            """#,
            #"""
            14:15: unknown key "cache" in upstream.app; the keys here are endpoints, balance, host, slow_start, panic_share, idle_connections, timeouts, bulkhead, limit, breaker, retry, health, outlier, expected, queue, tenant
            """#),
        BrokenFile(
            "a key of a table further in",
            #"""
            [upstream.app.bulkhead]
            queue_time_out = "1s"
            """#,
            #"""
            15:1: unknown key "queue_time_out" in upstream.app.bulkhead; did you mean "queue_timeout"?
            """#),
    ]
}
