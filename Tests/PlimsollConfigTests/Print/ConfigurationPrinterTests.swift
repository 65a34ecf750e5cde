import PlimsollConfig
import Testing

@Suite struct ConfigurationPrinterTests {
    static let full = #"""
        [server]
        loops = 3
        driver = "epoll"
        user = "www-data"
        pin = true
        trusted_proxies = ["10.0.0.0/8", "192.0.2.7", "2001:db8::/33", "::/0", "0.0.0.0/0"]
        buffer_memory = "1GiB"
        memory_limit = "2GiB"
        protection = { lag = "20ms", memory = 0.8, connections = "99%", mode = "off" }
        [admin]
        listen = "unix:/run/plimsoll/admin.sock"
        [[listener]]
        name = "a"
        address = "[::1]:80"
        minimum_body_rate = "off"
        ambiguous_paths = "keep"
        forwarded = true
        limits = { body_bytes = "5MB", head_bytes = "1025B" }
        timeouts = { linger = "0s", idle = "90s" }
        [[listener]]
        address = ":81"
        [[route]]
        host = ["a.example", "*.b.example", "[::1]"]
        path = "/x%20y"
        methods = ["POST", "GET"]
        headers = { "X.A" = "a\"\\b", x-b = true, x-c = false }
        upstream = "a.b"
        rewrite_prefix = "/"
        timeout = "1500ms"
        deadline_header = "X-Request-Deadline-Ms"
        retry = false
        upgrade = []
        ambiguous_paths = "refuse"
        rate_limit = { requests = 5, per = "1m", burst = 2, by = { header = "X-Api-Key" } }
        request_headers = { set = { X-A = "ä\tb" }, add = { X-B = "" }, remove = ["x-c"] }
        response_headers = { set = { X-A = "1" } }
        [[route]]
        path_prefix = "/r"
        rate_limit = { requests = 5, by = "client-address", keys = 2000, mode = "off" }
        respond = { status = 404, body = "no\r\n\u0001", content_type = "text/html" }
        [[route]]
        path_prefix = "/s"
        redirect = { status = 302, scheme = "https", host = "h.example:8443", path = "/t" }
        [upstream."a.b"]
        endpoints = ["unix:/run/a.sock", "[::1]:1", "name.example:65535"]
        balance = "round-robin"
        idle_connections = 0
        timeouts = { connect = "1ms", response = "2h", idle = "3m" }
        bulkhead = { concurrency = 1, queue = 0, queue_timeout = "5s", per_endpoint = 1 }
        breaker = { failure_ratio = "12.5%", slow_call = "1s", slow_ratio = 0.25, probes = 1 }
        retry = { on = ["503", "connect-failure", "400", "599"], budget_ratio = 0, mode = "off" }
        health = { path = "/h?a=b", interval = "10s", rise = 1 }
        outlier = { share_maximum = 1, ejection = "1h" }
        [log]
        level = "error"
        access = "/var/log/plimsoll/access \"log\".json"
        [drain]
        timeout = "0s"
        """#

    @Test func `a printed configuration loads to the same configuration`() throws {
        let loaded = try configuration(Self.full)
        let again = try configuration(loaded.printed)
        #expect(again.withoutLines == loaded.withoutLines)
        #expect(again.printed == loaded.printed)
    }

    @Test func `defaults are printed as well`() throws {
        let printed = try configuration(soundStart).printed
        for line in [
            "loops = \"auto\"", "concurrency = 1024", "limits.head_bytes = \"16KiB\"",
            "failure_ratio = 0.8", "timeout = \"30s\"", "listen = \"127.0.0.1:9901\"",
        ] {
            #expect(printed.contains(line + "\n"))
        }
    }
}
