extension BrokenFile {
    static let semantics: [BrokenFile] = [
        BrokenFile(
            "a queue whose last places are never served",
            #"""
            [upstream.app.bulkhead]
            concurrency = 10
            queue = 100
            queue_timeout = "500ms"
            [upstream.app.expected]
            latency = "100ms"
            """#,
            #"""
            16:9: warning: upstream.app.bulkhead.queue takes 1s to empty at the expected latency, longer than queue_timeout: its last places are never served; make it 50, or queue_timeout longer
            """#),
        BrokenFile(
            "a breaker that never sees enough requests",
            #"""
            [upstream.app.breaker]
            minimum_requests = 50
            [upstream.app.expected]
            rate = 4.9
            """#,
            #"""
            15:20: warning: upstream.app.breaker.minimum_requests is never reached: at the expected rate the window holds 49 requests; make it smaller or window longer; until then only consecutive failures open it
            """#),
        BrokenFile(
            "a bulkhead below what a good day needs",
            #"""
            [upstream.app.bulkhead]
            concurrency = 10
            queue = 0
            [upstream.app.expected]
            rate = 101
            latency = "100ms"
            """#,
            #"""
            15:15: warning: upstream.app.bulkhead.concurrency is below what the expected rate and latency keep in flight, 11; make it larger, or requests are refused on a good day
            """#),
        BrokenFile(
            "a response timeout that never passes",
            isWhole: true,
            #"""
            [[listener]]
            [[route]]
            path_prefix = "/"
            upstream = "app"
            timeout = "5s"
            [upstream.app]
            endpoints = ["127.0.0.1:9000"]
            timeouts = { response = "6s" }
            """#,
            #"""
            8:25: warning: upstream.app.timeouts.response is longer than the timeout of every route to it, so it never passes; make it shorter than 5s, or leave it out
            """#),
        BrokenFile(
            "a drain that breaks off what is in time",
            #"""
            [[route]]
            path = "/slow"
            upstream = "app"
            timeout = "20s"
            [drain]
            timeout = "10s"
            """#,
            #"""
            19:11: warning: drain.timeout is shorter than a route's timeout, 20s: a stop breaks off requests that are in time; make it at least as long
            """#),
        BrokenFile(
            "checks that come later than probes",
            #"""
            [upstream.app.health]
            interval = "10s"
            timeout = "1s"
            [upstream.app.breaker]
            open_for = "9s"
            """#,
            #"""
            15:12: warning: upstream.app.health.interval is longer than breaker.open_for: requests try an open breaker before a check has looked; make it shorter, or open_for longer
            """#),
        BrokenFile(
            "a concurrency that endpoints do not reach",
            #"""
            [upstream.app.bulkhead]
            concurrency = 50
            per_endpoint = 20
            """#,
            #"""
            15:15: warning: upstream.app.bulkhead.concurrency is never reached: per_endpoint allows 20 in all; make it smaller, or per_endpoint larger
            """#),
        BrokenFile(
            "an ejection of the only endpoint",
            #"""
            [upstream.app.outlier]
            consecutive_failures = 3
            """#,
            #"""
            14:15: warning: upstream.app.outlier has no effect with one endpoint: the last one is never ejected; leave it out, or add endpoints
            """#),
        BrokenFile(
            "a limit above the bulkhead",
            #"""
            [upstream.app.bulkhead]
            concurrency = 50
            [upstream.app.limit]
            maximum = 51
            """#,
            #"""
            17:11: warning: upstream.app.limit.maximum is above bulkhead.concurrency, 50, which the limit never passes; make it smaller, or the bulkhead larger
            """#),
        BrokenFile(
            "a pool that is smaller than the bulkhead",
            isWhole: true,
            #"""
            [server]
            loops = 2
            [[listener]]
            [upstream.app]
            endpoints = ["127.0.0.1:9000"]
            idle_connections = 10
            bulkhead = { concurrency = 21 }
            """#,
            #"""
            6:20: warning: upstream.app.idle_connections keeps 20 connections, fewer than bulkhead.concurrency: a full upstream opens and closes one for each request; make it larger or leave it out
            """#),
        BrokenFile(
            "fewer connections than places",
            isWhole: true,
            #"""
            [[listener]]
            limits = { connections = 99 }
            [upstream.app]
            endpoints = ["127.0.0.1:9000"]
            bulkhead = { concurrency = 60, queue = 40 }
            """#,
            #"""
            2:26: warning: all listeners together take 99 connections, fewer than the 100 requests that bulkheads and queues have places for; make it larger, or the bulkheads smaller
            """#),
        BrokenFile(
            "conditions of retries that are not made",
            #"""
            [upstream.app.retry]
            attempts = 0
            on = ["503"]
            """#,
            #"""
            16:6: warning: upstream.app.retry.on has no effect with attempts = 0; leave it out, or allow an attempt
            """#),
        BrokenFile(
            "retries out of an empty budget",
            #"""
            [upstream.app.retry]
            budget_ratio = 0
            budget_minimum_per_second = 0
            """#,
            #"""
            15:16: warning: upstream.app.retry has a budget of nothing, so no attempt is made again; say attempts = 0, or give it a budget
            """#),
        BrokenFile(
            "attempts that multiply",
            #"""
            [upstream.app.retry]
            attempts = 4
            """#,
            #"""
            15:12: warning: upstream.app.retry.attempts sends a request up to 5 times; a hop before or behind that does the same makes it 25; 1 or 2 are enough: what two endpoints refuse a third will not answer
            """#),
        BrokenFile(
            "retries of what may not be repeated",
            isWhole: true,
            #"""
            [[listener]]
            [[route]]
            path_prefix = "/"
            methods = ["POST"]
            upstream = "app"
            [upstream.app]
            endpoints = ["127.0.0.1:9000"]
            retry = { on = ["503"] }
            """#,
            #"""
            8:16: warning: upstream.app.retry.on lists what is never tried again: routes lead to it for methods only that may not be repeated; keep "connect-failure", the one thing that is safe to try again for them
            """#),
        BrokenFile(
            "a hedge without a second endpoint",
            #"""
            [upstream.app.retry]
            hedge_after = "p99"
            """#,
            #"""
            15:15: warning: upstream.app.retry.hedge_after has no effect with one endpoint: a hedge goes to another; leave it out, or add endpoints
            """#),
        BrokenFile(
            "attempts over a hop through this proxy",
            #"""
            [upstream.app.retry]
            attempts = 2
            [[route]]
            path = "/again"
            upstream = "self"
            [upstream.self]
            endpoints = ["127.0.0.1:8080"]
            """#,
            #"""
            19:11: warning: a request to upstream "self" may be sent 6 times: it comes back to this proxy, and attempts multiply over "self", "app"; retry at one hop only
            """#),
        BrokenFile(
            "words of trusted peers where nobody is trusted",
            #"""
            [[route]]
            path = "/x"
            upstream = "app"
            priority_header = "x-priority"
            deadline_header = "x-deadline"
            """#,
            #"""
            17:19: warning: route.priority_header is never believed: server.trusted_proxies is empty; name the peers that may say it, or leave it out
            18:19: warning: route.deadline_header is never believed: server.trusted_proxies is empty; name the peers that may say it, or leave it out
            """#),
        BrokenFile(
            "one class for all",
            isWhole: true,
            #"""
            [[listener]]
            [[route]]
            path_prefix = "/"
            upstream = "app"
            priority = "critical"
            [upstream.app]
            endpoints = ["127.0.0.1:9000"]
            """#,
            #"""
            5:12: warning: every route has the priority "critical", so no request goes before another; give what matters less another class, or leave it out
            """#),
        BrokenFile(
            "tenants without a queue",
            isWhole: true,
            #"""
            [[listener]]
            [upstream.app]
            endpoints = ["127.0.0.1:9000"]
            tenant = "client-address"
            bulkhead = { concurrency = 10, queue = 0 }
            """#,
            #"""
            4:10: warning: tenants take turns in the queue, and upstream "app" has none; give it a bulkhead.queue, or leave tenant out
            """#),
    ]

    /// One step inside of each rule above: nothing to say.
    static let sound: [BrokenFile] = [
        BrokenFile(
            "a queue that empties in time",
            #"""
            [upstream.app.bulkhead]
            concurrency = 10
            queue = 50
            queue_timeout = "500ms"
            [upstream.app.expected]
            rate = 100
            latency = "100ms"
            [upstream.app.breaker]
            minimum_requests = 1000
            """#, ""),
        BrokenFile(
            "a pool, connections and a drain that just fit",
            isWhole: true,
            #"""
            [server]
            loops = 2
            [[listener]]
            limits = { connections = 40 }
            [[route]]
            path_prefix = "/"
            upstream = "app"
            timeout = "10s"
            [upstream.app]
            endpoints = ["127.0.0.1:9000"]
            timeouts = { response = "10s" }
            idle_connections = 10
            bulkhead = { concurrency = 20, queue = 20, per_endpoint = 20 }
            retry = { attempts = 3 }
            health = { interval = "5s", timeout = "1s" }
            [drain]
            timeout = "10s"
            """#, ""),
        BrokenFile(
            "classes of which there are two, and tenants that wait",
            isWhole: true,
            #"""
            [server]
            trusted_proxies = ["10.0.0.0/8"]
            [[listener]]
            [[route]]
            path_prefix = "/"
            upstream = "app"
            priority_header = "x-priority"
            deadline_header = "x-deadline"
            [[route]]
            path_prefix = "/batch"
            upstream = "app"
            priority = "background"
            [upstream.app]
            endpoints = ["127.0.0.1:9000"]
            tenant = "client-address"
            bulkhead = { concurrency = 10, queue = 1 }
            """#, ""),
        BrokenFile(
            "an endpoint with a name, which may be many",
            isWhole: true,
            #"""
            [[listener]]
            [upstream.app]
            endpoints = ["app.internal:9000"]
            bulkhead = { concurrency = 50, per_endpoint = 20 }
            retry = { hedge_after = "p99" }
            outlier = { consecutive_failures = 3 }
            """#, ""),
        BrokenFile(
            "a method that may be repeated beside one that may not",
            isWhole: true,
            #"""
            [[listener]]
            [[route]]
            path_prefix = "/"
            methods = ["POST", "GET"]
            upstream = "app"
            [upstream.app]
            endpoints = ["127.0.0.1:9000"]
            retry = { on = ["503"] }
            """#, ""),
    ]
}
