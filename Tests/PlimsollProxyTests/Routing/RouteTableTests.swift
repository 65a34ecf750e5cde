import PlimsollConfig
import PlimsollCore
import PlimsollHTTP
import Testing

@testable import PlimsollProxy

struct RouteTableTests {
    @Test func `an exact path comes before a prefix and a long prefix before a short one`() {
        let table = TestRoutes.table([
            TestRoutes.route("/"), TestRoutes.route("/api"), TestRoutes.route("/api/v2"),
            TestRoutes.route(exact: "/api/v2"), TestRoutes.route("/static/"),
        ])
        #expect(table.route(path: "/") == 0)
        #expect(table.route(path: "/zzz") == 0)
        #expect(table.route(path: "/api") == 1)
        #expect(table.route(path: "/api/") == 1)
        #expect(table.route(path: "/api/v1") == 1)
        #expect(table.route(path: "/api/v2") == 3)
        #expect(table.route(path: "/api/v2/x") == 2)
        #expect(table.route(path: "/api/v22") == 1)
        #expect(table.route(path: "/apix") == 0)
        #expect(table.route(path: "/static") == 0, "only what lies below")
        #expect(table.route(path: "/static/") == 4)
        #expect(table.route(path: "/static/x") == 4)
        #expect(table.route(path: "/a") == 0)
    }

    @Test func `a prefix is found however many others share its beginning`() {
        var settings = [TestRoutes.route("/service")]
        for number in 0..<300 { settings.append(TestRoutes.route("/service/number-\(number)")) }
        let table = TestRoutes.table(settings)
        for number in 0..<300 {
            #expect(table.route(path: "/service/number-\(number)") == number + 1)
            #expect(table.route(path: "/service/number-\(number)/x") == number + 1)
        }
        #expect(table.route(path: "/service/number-300") == 0)
        #expect(table.route(path: "/service/number-29x/y") == 0)
        #expect(table.route(path: "/servic") == nil)
    }

    @Test func `the most specific host decides and less specific ones are asked after it`() {
        let table = TestRoutes.table([
            TestRoutes.route("/", host: .exact("api.example.com")),
            TestRoutes.route("/", host: .wildcard(suffix: ".example.com")),
            TestRoutes.route("/", host: .wildcard(suffix: ".api.example.com")),
            TestRoutes.route("/only", host: .exact("other.test")), TestRoutes.route("/any/"),
        ])
        #expect(table.route(path: "/", host: "api.example.com") == 0)
        #expect(table.route(path: "/", host: "API.Example.COM:8443") == 0)
        #expect(table.route(path: "/", host: "api.example.com.") == 0)
        #expect(table.route(path: "/", host: "www.example.com") == 1)
        #expect(table.route(path: "/", host: "a.b.example.com") == 1)
        #expect(table.route(path: "/", host: "x.api.example.com") == 2)
        #expect(table.route(path: "/", host: "example.com") == nil, "a wildcard needs a label")
        #expect(table.route(path: "/any/x", host: "example.com") == 4)
        #expect(table.route(path: "/only/x", host: "other.test") == 3)
        #expect(table.route(path: "/any/x", host: "other.test") == 4)
        #expect(table.route(path: "/x", host: "other.test") == nil)
        #expect(table.route(path: "/", host: "badapi.example.com") == 1)
        #expect(table.route(path: "/any/", host: "[::1]:80") == 4)
    }

    @Test func `a host that no route is for is misdirected`() {
        let table = TestRoutes.table([TestRoutes.route("/", host: .exact("a.test"))])
        #expect(table.match(path: "/", host: "b.test") == .misdirected)
        #expect(
            table.match(path: "/", host: "a.test") == .route(RouteIndex(rawValue: 0), path: .empty))
        #expect(table.match(path: "/", host: "") == .misdirected)
    }

    @Test func `of one path the route with conditions is asked first`() {
        var get = TestRoutes.route("/")
        get.methods = ["GET"]
        var canary = TestRoutes.route("/")
        canary.methods = ["GET", "PURGE"]
        canary.headers = [HeaderMatch(name: "x-canary", condition: .equals("yes"))]
        let table = TestRoutes.table([TestRoutes.route("/"), get, canary])
        #expect(table.route(path: "/", method: "POST") == 0)
        #expect(table.route(path: "/", method: "GET") == 1)
        #expect(table.route(path: "/", method: "HEAD") == 1)
        #expect(table.route(path: "/", fields: [("X-Canary", "yes")]) == 2)
        #expect(table.route(path: "/", fields: [("X-Canary", "no"), ("x-canary", "yes")]) == 2)
        #expect(table.route(path: "/", fields: [("X-Canary", "YES")]) == 1)
        #expect(table.route(path: "/", method: "PURGE", fields: [("X-Canary", "yes")]) == 2)
        #expect(table.route(path: "/", method: "purge", fields: [("X-Canary", "yes")]) == 0)
    }

    @Test func `fields can be asked to be there or not`() {
        var present = TestRoutes.route("/p")
        present.headers = [HeaderMatch(name: "authorization", condition: .present)]
        var absent = TestRoutes.route("/a")
        absent.headers = [HeaderMatch(name: "x-debug", condition: .absent)]
        let table = TestRoutes.table([present, absent])
        #expect(table.route(path: "/p") == nil)
        #expect(table.route(path: "/p", fields: [("Authorization", "x")]) == 0)
        #expect(table.route(path: "/a") == 1)
        #expect(table.route(path: "/a", fields: [("X-Debug", "")]) == nil)
    }

    @Test(arguments: [
        "/secret", "/secret/", "//secret/x", "/./secret/x", "/%73ecret/x", "/public/../secret/x",
        "/public/%2e%2e/secret/x", "/public/%2E./secret/x", "/public//..//secret/x",
        "/public/./../secret/x", "/../secret/x", "/%2e%2e/secret/x", "/public/a/../../secret",
    ])
    func `no spelling of a path goes round its route`(path: String) {
        let table = TestRoutes.table([TestRoutes.route("/"), TestRoutes.route("/secret")])
        #expect(table.route(path: path) == 1)
    }

    @Test(arguments: [
        "/public%2f..%2fsecret", "/public/..%2fsecret", "/public\\..\\secret",
        "/public%5c..%5csecret",
        "/secret%00", "/public/..;/secret", "/public/%2e%2e;/secret", "/%c0%ae%c0%ae/secret",
        "/public/..%c0%afsecret", "/%", "/public/%u002e",
    ])
    func `what an upstream may read differently is refused`(path: String) {
        let table = TestRoutes.table([TestRoutes.route("/"), TestRoutes.route("/secret")])
        guard case .ambiguous = table.match(path: path) else {
            Issue.record("\(path) went through")
            return
        }
    }

    @Test func `the path that was matched is the one to forward`() {
        let table = TestRoutes.table([TestRoutes.route("/"), TestRoutes.route("/a/")])
        #expect(table.forwarded(path: "/a/x%2Fy".replacing("%2F", with: "z")) == "")
        #expect(table.forwarded(path: "/b/../a//x") == "/a/x")
        #expect(table.forwarded(path: "/%61/x") == "/a/x")
    }

    @Test func `a host whose routes do not look at paths forwards them untouched`() {
        let table = TestRoutes.table([
            TestRoutes.route("/", host: .exact("raw.test")),
            TestRoutes.route("/x", host: .exact("other.test")),
        ])
        for path in ["//a%2fb/../c\\", "/%zz", "/a//b"] {
            #expect(table.forwarded(path: path, host: "raw.test") == "")
            #expect(table.route(path: path, host: "raw.test") == 0)
        }
    }

    @Test func `ambiguous paths are kept where the listener or the route says so`() {
        var kept = TestRoutes.route("/files/")
        kept.ambiguousPaths = .keep
        var refused = TestRoutes.route("/strict/")
        refused.ambiguousPaths = .refuse
        let table = TestRoutes.table([TestRoutes.route("/"), kept, refused])
        #expect(table.forwarded(path: "/files/a%2fb/./c") == "/files/a%2Fb/c")
        #expect(table.match(path: "/x%2fb") == .ambiguous(.encodedSlash))
        #expect(table.route(path: "/x%2fb", ambiguousPaths: .keep) == 0)
        #expect(
            table.match(path: "/strict/a%5cb", ambiguousPaths: .keep) == .ambiguous(.backslash))
        #expect(table.match(path: "/%zz", ambiguousPaths: .keep) == .ambiguous(.brokenEscape))
    }

    @Test func `matching a path and matching its normal form are the same`() {
        let table = TestRoutes.table([
            TestRoutes.route("/"), TestRoutes.route("/a"), TestRoutes.route("/a/b/"),
            TestRoutes.route(exact: "/a/b"), TestRoutes.route("/B"),
        ])
        let pieces = ["/", "/", "..", ".", "a", "b", "B", "%61", "%42", "%2e", "%2E", "%7B", ";"]
        var random = RandomSource(seed: 11)
        for _ in 0..<5_000 {
            var path = "/"
            for _ in 0..<random.next(below: 10) { path += pieces[random.next(below: pieces.count)] }
            let forwarded = table.forwarded(path: path)
            guard let forwarded, !forwarded.isEmpty else { continue }
            #expect(table.route(path: forwarded) == table.route(path: path), "\(path)")
            #expect(table.forwarded(path: forwarded) == "", "\(path)")
        }
    }

    @Test func `a request about the server goes to the route for everything`() {
        let table = TestRoutes.table([TestRoutes.route("/"), TestRoutes.route("/a")])
        #expect(table.route(path: "*", method: "OPTIONS") == 0)
        #expect(table.forwarded(path: "*", method: "OPTIONS") == "")
        #expect(table.route(path: "") == 0)
    }

    @Test(arguments: [true, false])
    func `a redirect to another scheme leaves who came by it to the others`(_ isFirst: Bool) {
        var answer = RedirectAnswer()
        answer.scheme = "https"
        let redirect = RouteSettings(path: .prefix("/"), action: .redirect(answer))
        let service = TestRoutes.route("/")
        let table = TestRoutes.table(isFirst ? [redirect, service] : [service, redirect])
        let places = isFirst ? (redirect: 0, service: 1) : (redirect: 1, service: 0)
        #expect(
            table.match(path: "/a")
                == .route(RouteIndex(rawValue: UInt16(places.redirect)), path: .empty))
        #expect(
            table.match(path: "/a", isSecure: true)
                == .route(RouteIndex(rawValue: UInt16(places.service)), path: .empty))
    }

    @Test func `a redirect elsewhere takes everybody`() {
        var answer = RedirectAnswer()
        answer.scheme = "https"
        answer.host = "www.test"
        let table = TestRoutes.table([RouteSettings(path: .prefix("/"), action: .redirect(answer))])
        for isSecure in [true, false] {
            #expect(
                table.match(path: "/a", isSecure: isSecure)
                    == .route(RouteIndex(rawValue: 0), path: .empty))
        }
    }
}
