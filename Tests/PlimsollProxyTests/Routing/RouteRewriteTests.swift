import PlimsollConfig
import PlimsollCore
import Testing

@testable import PlimsollProxy

struct RouteRewriteTests {
    private func table(_ pattern: PathPattern, to replacement: String) -> RouteTable {
        var settings = RouteSettings(path: pattern, action: .upstream("app"))
        settings.rewritePrefix = replacement
        return TestRoutes.table([settings])
    }

    @Test(arguments: [
        ("/pay/", "/", "/pay/x", "/x"), ("/pay/", "/", "/pay/", "/"), ("/pay", "/", "/pay", "/"),
        ("/pay", "/", "/pay/x/y", "/x/y"), ("/pay", "/v2", "/pay/x", "/v2/x"),
        ("/pay/", "/v2", "/pay/x", "/v2/x"), ("/pay/", "/v2/", "/pay/x", "/v2/x"),
        ("/pay", "/v2/", "/pay/x", "/v2/x"), ("/", "/base", "/x", "/base/x"),
        ("/", "/base", "/", "/base"), ("/pay", "/v2", "/a/..//pay/./x", "/v2/x"),
        ("/pay", "/v2", "/%70ay/../pay/x", "/v2/x"),
    ])
    func `a matched prefix is replaced with one slash where the parts meet`(
        prefix: String, replacement: String, path: String, expected: String
    ) {
        #expect(table(.prefix(prefix), to: replacement).forwarded(path: path) == expected)
    }

    @Test func `an exact path is replaced as a whole`() {
        #expect(table(.exact("/old"), to: "/new/place").forwarded(path: "/old") == "/new/place")
        #expect(table(.exact("/old"), to: "/new").forwarded(path: "/old/x") == nil)
    }
}
