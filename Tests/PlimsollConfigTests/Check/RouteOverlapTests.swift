import Testing

@testable import PlimsollConfig

@Suite struct RouteOverlapTests {
    static func route(_ edit: (inout RouteSettings) -> Void) -> RouteSettings {
        var route = RouteSettings(path: .prefix("/"), action: .upstream("app"))
        edit(&route)
        return route
    }

    static func isHidden(_ later: PathPattern, behind earlier: PathPattern) -> Bool {
        RouteOverlap.takesAll(of: route { $0.path = later }, route { $0.path = earlier })
    }

    @Test func `a prefix hides what lies below it, by whole segments`() {
        #expect(Self.isHidden(.prefix("/pay/1"), behind: .prefix("/pay")))
        #expect(Self.isHidden(.exact("/pay"), behind: .prefix("/pay")))
        #expect(Self.isHidden(.prefix("/pay/"), behind: .prefix("/pay/")))
        #expect(!Self.isHidden(.prefix("/payments"), behind: .prefix("/pay")))
        #expect(!Self.isHidden(.exact("/pay"), behind: .prefix("/pay/")))
        #expect(!Self.isHidden(.prefix("/pay"), behind: .exact("/pay")))
        #expect(!Self.isHidden(.prefix("/"), behind: .prefix("/pay")))
    }

    @Test func `a host is hidden by any host, itself and a wildcard around it`() {
        func isHidden(_ later: [HostPattern], behind earlier: [HostPattern]) -> Bool {
            RouteOverlap.takesAll(
                of: Self.route { $0.hosts = later }, Self.route { $0.hosts = earlier })
        }
        let exact = HostPattern.exact("a.example")
        let wildcard = HostPattern.wildcard(suffix: ".example")
        #expect(isHidden([exact], behind: []))
        #expect(isHidden([exact, wildcard], behind: [wildcard]))
        #expect(isHidden([.wildcard(suffix: ".a.example")], behind: [wildcard]))
        #expect(!isHidden([], behind: [exact]))
        #expect(!isHidden([exact, .exact("b")], behind: [wildcard]))
        #expect(!isHidden([wildcard], behind: [exact]))
        #expect(!isHidden([.exact("example")], behind: [wildcard]))
    }

    @Test func `more conditions take fewer requests`() {
        let plain = Self.route { _ in }
        let narrow = Self.route {
            $0.methods = ["GET"]
            $0.headers = [HeaderMatch(name: "x", condition: .present)]
        }
        #expect(RouteOverlap.takesAll(of: narrow, plain))
        #expect(!RouteOverlap.takesAll(of: plain, narrow))
        #expect(RouteOverlap.areSame(narrow, narrow))
        #expect(!RouteOverlap.areSame(narrow, plain))
    }
}
