extension BrokenFile {
    static let types: [BrokenFile] = [
        BrokenFile(
            "a string for a Boolean",
            #"""
            [server]
            pin = "yes"
            """#,
            #"""
            15:7: server.pin is a string; it must be true or false
            """#),
        BrokenFile(
            "a number for a string",
            #"""
            [log]
            level = 3
            """#,
            #"""
            15:9: log.level is an integer; it must be "debug", "info", "warning" or "error"
            """#),
        BrokenFile(
            "a number for a duration",
            #"""
            [drain]
            timeout = 30
            """#,
            #"""
            15:11: drain.timeout is an integer; it must be "0s" to "24h"
            """#),
        BrokenFile(
            "a number for a size",
            #"""
            [server]
            buffer_memory = 1000000
            """#,
            #"""
            15:17: server.buffer_memory is an integer; it must be "16MiB" to "1TiB"
            """#),
        BrokenFile(
            "a string for an array",
            #"""
            [server]
            trusted_proxies = "10.0.0.0/8"
            """#,
            #"""
            15:19: server.trusted_proxies is a string; it must be addresses, or ranges such as 10.0.0.0/8
            """#),
        BrokenFile(
            "a number in an array of strings",
            #"""
            [server]
            trusted_proxies = ["10.0.0.0/8", 7]
            """#,
            #"""
            15:34: server.trusted_proxies holds an integer; it must be addresses, or ranges such as 10.0.0.0/8
            """#),
        BrokenFile(
            "a value for a table", isWhole: true,
            #"""
            server = 1
            """#,
            #"""
            1:1: there is no [[listener]]; add one with address = "address:port"
            1:1: there is no [[route]]; add one with path_prefix = "/" and an upstream
            1:10: server is an integer; it must be a table
            """#),
        BrokenFile(
            "a table for an array of tables", isWhole: true,
            #"""
            [listener]
            address = ":8080"
            """#,
            #"""
            1:1: there is no [[route]]; add one with path_prefix = "/" and an upstream
            1:2: listener is a table; begin each listener with [[listener]]
            """#),
        BrokenFile(
            "a value for an upstream",
            #"""
            [upstream]
            other = 1
            """#,
            #"""
            15:1: upstream.other is an integer; begin each upstream with [upstream.NAME]
            """#),
        BrokenFile(
            "a date for a number",
            #"""
            [upstream.app.bulkhead]
            queue = 2024-01-01
            """#,
            #"""
            15:9: upstream.app.bulkhead.queue is a date or time; it must be 0 to 1000000
            """#),
        BrokenFile(
            "a fraction for an integer",
            #"""
            [upstream.app.bulkhead]
            queue = 1.5
            """#,
            #"""
            15:9: upstream.app.bulkhead.queue is a number with a fraction; it must be 0 to 1000000
            """#),
    ]
}
