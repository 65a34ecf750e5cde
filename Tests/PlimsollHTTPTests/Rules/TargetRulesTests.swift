import PlimsollCore
import PlimsollHTTP
import Testing

struct TargetRulesTests {
    /// The normal form, by the same steps a router takes.
    private func normal(_ path: String) -> String {
        let bytes = Array(path.utf8)
        if TargetRules.form(of: bytes.span) == .normal { return path }
        return TestText.written { TargetRules.normalize(bytes.span, into: &$0) }
    }

    private func form(_ path: String) -> PathForm {
        TargetRules.form(of: Array(path.utf8).span)
    }

    @Test(arguments: [
        "/", "/a", "/a/b/c", "/.well-known/acme", "/a.b/c..d/...", "/a/..b", "/%2A%7B", "/a;b=c/d",
        "/a/long/path/of/many/segments/index.html", "/caf\u{e9}", "*", "/%252e%252e/", "/a%25",
    ])
    func `a path in normal form is left alone`(path: String) {
        #expect(form(path) == .normal)
    }

    @Test(arguments: [
        ("//", "/"), ("/a//b", "/a/b"), ("/a///", "/a/"), ("/.", "/"), ("/..", "/"),
        ("/./a", "/a"), ("/a/./b", "/a/b"), ("/a/.", "/a/"), ("/a/b/..", "/a/"),
        ("/a/../b", "/b"), ("/../../b", "/b"), ("/a/b/../../c", "/c"), ("/a//../b", "/b"),
        ("/%2e%2E/a", "/a"), ("/x/.%2e/a", "/a"), ("/%61%2D%7e", "/a-~"), ("/%2a%7b", "/%2A%7B"),
        ("/public/%2e%2e/admin/", "/admin/"), ("/a/../", "/"), ("/a/b/./../c/.", "/a/c/"),
        ("/a/...//..", "/a/"), ("/a/%2e/%2e/b", "/a/b"), ("/a/..//../b", "/b"),
        ("/0123456789abcdef/..", "/"), ("/0123456789abcde/../x", "/x"),
        ("/%41dmin", "/Admin"), ("/0123456789abcdef0123456789//x", "/0123456789abcdef0123456789/x"),
    ])
    func `another spelling becomes the normal form`(path: String, expected: String) {
        #expect(form(path) == .unnormal)
        #expect(normal(path) == expected)
    }

    @Test(arguments: [
        ("/a\\b", AmbiguousSpelling.backslash), ("/..\\admin", .backslash), ("/a%5cb", .backslash),
        ("/a%5Cb", .backslash), ("/..%2fadmin", .encodedSlash), ("/a%2F", .encodedSlash),
        ("/a%00.html", .encodedNull), ("/%", .brokenEscape), ("/%2", .brokenEscape),
        ("/%zz", .brokenEscape), ("/%u002f", .brokenEscape), ("/%%32f", .brokenEscape),
        ("/%2%66", .brokenEscape), ("/a/..;/admin", .dottedParameters),
        ("/a/.;x=y/b", .dottedParameters), ("/a/%2e%2e;/admin", .dottedParameters),
        ("/a/..%3b/admin", .dottedParameters), ("/%c0%af", .overlongCharacter),
        ("/%C1%9c", .overlongCharacter), ("/%e0%80%af", .overlongCharacter),
        ("/%f0%80%80%af", .overlongCharacter), ("/a%2fb%zz", .brokenEscape),
        ("/0123456789abcdef\\", .backslash), ("/0123456789abcdef0123456789abcde\\f", .backslash),
    ])
    func `a spelling that others may read differently is named`(
        path: String, spelling: AmbiguousSpelling
    ) {
        #expect(form(path) == .ambiguous(spelling))
    }

    @Test func `characters that need their bytes are not overlong`() {
        #expect(form("/%C3%A9") == .normal)
        #expect(form("/%E0%A0%80") == .normal)
        #expect(form("/%F0%90%80%80") == .normal)
        #expect(form("/%C0x") == .normal, "an accented A in Latin-1")
    }

    @Test func `raw overlong bytes are ambiguous as well`() {
        let path: [UInt8] = [0x2F, 0xC0, 0xAF]
        #expect(TargetRules.form(of: path.span) == .ambiguous(.overlongCharacter))
    }

    @Test(arguments: [
        ("/a%2fb/../c", "/c"), ("/a/..%2f../b", "/a/..%2F../b"), ("/x//a\\b", "/x/a\\b"),
        ("/public/%5c/../../admin", "/admin"), ("/a%00b%2e", "/a%00b."),
    ])
    func `what surrounds a kept ambiguous spelling is still normalised`(
        path: String, expected: String
    ) {
        #expect(
            TestText.written { TargetRules.normalize(Array(path.utf8).span, into: &$0) } == expected
        )
    }

    @Test func `every position of a mark is seen`() {
        // Around the widths of the vector scan: alone, one window, overlapping windows.
        for count in [1, 2, 15, 16, 17, 18, 31, 32, 33, 34, 49, 64] {
            for position in 1...count {
                var path = [UInt8](repeating: 0x61, count: count + 1)
                path[0] = 0x2F
                path[position] = 0x5C
                #expect(TargetRules.form(of: path.span) == .ambiguous(.backslash))
                guard position >= 2 else { continue }
                path[position] = 0x2F
                path[position - 1] = 0x2F
                #expect(TargetRules.form(of: path.span) == .unnormal, "\(count) \(position)")
            }
        }
    }

    @Test func `normalising twice changes nothing more`() {
        let pieces = [
            "/", "/", ".", "..", "%2e", "%2E", "%2f", "%5c", "\\", "%00", "a", "B", "%61", "%25",
            "2e", "%3b", ";", "%c0%af", "~", "%7E",
        ]
        var random = RandomBytes(seed: 7)
        for _ in 0..<20_000 {
            var path = "/"
            for _ in 0..<random.below(14) { path += pieces[random.below(pieces.count)] }
            let once = TestText.written { TargetRules.normalize(Array(path.utf8).span, into: &$0) }
            let twice = TestText.written { TargetRules.normalize(Array(once.utf8).span, into: &$0) }
            #expect(once == twice, "from \(path)")
            #expect(once.utf8.count <= path.utf8.count && once.hasPrefix("/"), "from \(path)")
            #expect(form(once) != .unnormal, "from \(path) to \(once)")
            if form(path) == .normal { #expect(once == path) }
            #expect(!once.contains("//") && !"\(once)/".contains("/../"), "from \(path) to \(once)")
        }
    }
}
