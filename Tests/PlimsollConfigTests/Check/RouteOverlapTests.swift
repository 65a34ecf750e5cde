import Testing

@testable import PlimsollConfig

@Suite struct RouteOverlapTests {
    static func route(_ edit: (inout RouteSettings) -> Void = { _ in }) -> RouteSettings {
        var route = RouteSettings(path: .prefix("/"), action: .upstream("app"))
        edit(&route)
        return route
    }

    @Test func `the same conditions twice hide the second route`() {
        let route = Self.route {
            $0.hosts = [.exact("a"), .wildcard(suffix: ".b")]
            $0.methods = ["GET", "HEAD"]
            $0.headers = [HeaderMatch(name: "x", condition: .present)]
        }
        #expect(RouteOverlap.isHidden(route, behind: route))
        #expect(RouteOverlap.isHidden(Self.route(), behind: Self.route()))
    }

    @Test func `other paths hide nothing, as the longer one comes first`() {
        let below = Self.route { $0.path = .prefix("/pay") }
        let exact = Self.route { $0.path = .exact("/pay") }
        #expect(!RouteOverlap.isHidden(below, behind: Self.route()))
        #expect(!RouteOverlap.isHidden(exact, behind: below))
        #expect(!RouteOverlap.isHidden(below, behind: exact))
    }

    @Test func `a host is hidden by itself, not by a wider pattern`() {
        let one = Self.route { $0.hosts = [.exact("a.b")] }
        let two = Self.route { $0.hosts = [.exact("a.b"), .exact("c")] }
        let wildcard = Self.route { $0.hosts = [.wildcard(suffix: ".b")] }
        #expect(RouteOverlap.isHidden(one, behind: two))
        #expect(!RouteOverlap.isHidden(two, behind: one))
        #expect(!RouteOverlap.isHidden(one, behind: wildcard))
        #expect(!RouteOverlap.isHidden(one, behind: Self.route()))
        #expect(!RouteOverlap.isHidden(Self.route(), behind: one))
    }

    @Test func `more methods hide fewer, more conditions come first`() {
        let get = Self.route { $0.methods = ["GET"] }
        let both = Self.route { $0.methods = ["GET", "PUT"] }
        let field = Self.route {
            $0.headers = [HeaderMatch(name: "x", condition: .equals("1"))]
        }
        #expect(RouteOverlap.isHidden(get, behind: both))
        #expect(!RouteOverlap.isHidden(both, behind: get))
        #expect(!RouteOverlap.isHidden(get, behind: Self.route()))
        #expect(!RouteOverlap.isHidden(field, behind: Self.route()))
        #expect(!RouteOverlap.isHidden(Self.route(), behind: field))
    }

    @Test func `a redirect to https hides nothing but its like`() {
        var answer = RedirectAnswer()
        answer.scheme = "https"
        let redirect = RouteSettings(path: .prefix("/"), action: .redirect(answer))
        let service = RouteSettings(path: .prefix("/"), action: .upstream("app"))
        #expect(!RouteOverlap.isHidden(service, behind: redirect))
        #expect(!RouteOverlap.isHidden(redirect, behind: service))
        #expect(RouteOverlap.isHidden(redirect, behind: redirect))
        answer.host = "www.test"
        let elsewhere = RouteSettings(path: .prefix("/"), action: .redirect(answer))
        #expect(RouteOverlap.isHidden(service, behind: elsewhere))
    }
}
