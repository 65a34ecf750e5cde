extension BrokenFile {
    static let numbers: [BrokenFile] = [
        BrokenFile(
            "a limit of memory that nothing fits in",
            #"""
            [server]
            memory_limit = "31MiB"
            """#,
            #"""
            15:16: server.memory_limit is "31MiB"; it must be "auto", "unlimited", or "32MiB" to "1TiB"
            """#),
        BrokenFile(
            "an integer below its range",
            #"""
            [upstream.app.bulkhead]
            concurrency = 0
            """#,
            #"""
            15:15: upstream.app.bulkhead.concurrency is 0; it must be 1 to 1000000
            """#),
        BrokenFile(
            "an integer above its range",
            #"""
            [[listener]]
            address = ":8081"
            limits.connections = 1000001
            """#,
            #"""
            16:22: listener.limits.connections is 1000001; it must be 1 to 1000000
            """#),
        BrokenFile(
            "a negative integer",
            #"""
            [upstream.app.bulkhead]
            queue = -1
            """#,
            #"""
            15:9: upstream.app.bulkhead.queue is -1; it must be 0 to 1000000
            """#),
        BrokenFile(
            "an integer beyond 64 bits",
            #"""
            [upstream.app.bulkhead]
            queue = 9223372036854775808
            """#,
            #"""
            15:28: this is not TOML; Error while parsing decimal integer: '9223372036854775808' is not representable in 64 bits
            """#),
        BrokenFile(
            "no loops",
            #"""
            [server]
            loops = 0
            """#,
            #"""
            15:9: server.loops is 0; it must be "auto" or 1 to 256
            """#),
        BrokenFile(
            "more loops than any machine has cores",
            #"""
            [server]
            loops = 257
            """#,
            #"""
            15:9: server.loops is 257; it must be "auto" or 1 to 256
            """#),
        BrokenFile(
            "a word that is not auto",
            #"""
            [server]
            loops = "many"
            """#,
            #"""
            15:9: server.loops is "many"; it must be "auto" or 1 to 256
            """#),
        BrokenFile(
            "a duration without a unit",
            #"""
            [drain]
            timeout = "30"
            """#,
            #"""
            15:11: drain.timeout is "30"; write a whole number and a unit (ns, us, ms, s, m or h), such as "250ms"
            """#),
        BrokenFile(
            "a duration with a fraction",
            #"""
            [drain]
            timeout = "1.5s"
            """#,
            #"""
            15:11: drain.timeout is "1.5s"; write a whole number and a unit (ns, us, ms, s, m or h), such as "250ms"
            """#),
        BrokenFile(
            "a negative duration",
            #"""
            [drain]
            timeout = "-1s"
            """#,
            #"""
            15:11: drain.timeout is "-1s"; write a whole number and a unit (ns, us, ms, s, m or h), such as "250ms"
            """#),
        BrokenFile(
            "a duration below its range",
            #"""
            [upstream.app.timeouts]
            connect = "999us"
            """#,
            #"""
            15:11: upstream.app.timeouts.connect is "999us"; it must be "1ms" to "24h"
            """#),
        BrokenFile(
            "a duration above its range",
            #"""
            [upstream.app.timeouts]
            connect = "25h"
            """#,
            #"""
            15:11: upstream.app.timeouts.connect is "25h"; it must be "1ms" to "24h"
            """#),
        BrokenFile(
            "a duration beyond 64 bits",
            #"""
            [drain]
            timeout = "9999999999999h"
            """#,
            #"""
            15:11: drain.timeout is "9999999999999h"; it must be "0s" to "24h"
            """#),
        BrokenFile(
            "a size without a unit",
            #"""
            [server]
            buffer_memory = "64"
            """#,
            #"""
            15:17: server.buffer_memory is "64"; write a whole number and a unit (B, KiB, MiB, GiB, TiB, KB, MB or GB), such as "64KiB"
            """#),
        BrokenFile(
            "a size above its range",
            #"""
            [[listener]]
            address = ":8081"
            limits.head_bytes = "61KiB"
            """#,
            #"""
            16:21: listener.limits.head_bytes is "61KiB"; it must be "1KiB" to "60KiB"
            """#),
        BrokenFile(
            "a size beyond 64 bits",
            #"""
            [server]
            buffer_memory = "9999999999999TiB"
            """#,
            #"""
            15:17: server.buffer_memory is "9999999999999TiB"; it must be "16MiB" to "1TiB"
            """#),
        BrokenFile(
            "a ratio of infinity",
            #"""
            [upstream.app.breaker]
            failure_ratio = inf
            """#,
            #"""
            15:17: upstream.app.breaker.failure_ratio is inf; it must be above 0 and at most 1
            """#),
        BrokenFile(
            "a ratio that is no number",
            #"""
            [upstream.app.breaker]
            failure_ratio = nan
            """#,
            #"""
            15:17: upstream.app.breaker.failure_ratio is nan; it must be above 0 and at most 1
            """#),
        BrokenFile(
            "a ratio of zero where something must fail",
            #"""
            [upstream.app.breaker]
            failure_ratio = 0
            """#,
            #"""
            15:17: upstream.app.breaker.failure_ratio is 0; it must be above 0 and at most 1
            """#),
        BrokenFile(
            "a ratio above the whole",
            #"""
            [upstream.app.breaker]
            failure_ratio = "101%"
            """#,
            #"""
            15:17: upstream.app.breaker.failure_ratio is "101%"; it must be above 0 and at most 1
            """#),
        BrokenFile(
            "a negative ratio",
            #"""
            [upstream.app.retry]
            budget_ratio = -0.1
            """#,
            #"""
            15:16: upstream.app.retry.budget_ratio is -0.1; it must be 0 to 1
            """#),
        BrokenFile(
            "a percentage that is none",
            #"""
            [upstream.app.retry]
            budget_ratio = "some"
            """#,
            #"""
            15:16: upstream.app.retry.budget_ratio is "some"; write a number such as 0.5, or a percentage such as "50%"
            """#),
        BrokenFile(
            "a maximum below its minimum",
            #"""
            [upstream.app.breaker]
            open_for = "10s"
            open_for_maximum = "5s"
            """#,
            #"""
            16:20: upstream.app.breaker.open_for_maximum is "5s"; it must be at least open_for, which is "10s"
            """#),
        BrokenFile(
            "a longest ejection below the first",
            #"""
            [upstream.app.outlier]
            ejection_maximum = "5s"
            """#,
            #"""
            15:20: upstream.app.outlier.ejection_maximum is "5s"; it must be at least ejection, which is "10s"
            """#),
    ]
}
