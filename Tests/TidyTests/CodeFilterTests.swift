import Testing

/// The rules are only as good as their reader.
@Suite struct CodeFilterTests {
    private func code(_ text: String) -> String {
        String(decoding: CodeFilter.code(of: Array(text.utf8)), as: UTF8.self)
    }

    @Test func `comments are blank`() {
        #expect(code("a // b\nc /* d /* e */ f */ g") == "a     \nc                   g")
    }

    @Test func `the insides of strings are blank`() {
        #expect(code(#"a("b { c")"#) == #"a("     ")"#)
        #expect(code(##"a(#"b " c"#)d"##) == ##"a(#"     "#)d"##)
        #expect(code("\"\"\"\nx { \"\n\"\"\"y") == "\"\"\"\n     \n\"\"\"y")
    }

    @Test func `an interpolation may hold strings`() {
        #expect(code(#""a\(b ? "(" : c(")"))d"e"#) == #""                     "e"#)
    }

    @Test func `a word is not found within a longer one`() {
        #expect("a sleep(1)".contains(word: "sleep("))
        #expect(!"a usleep(1)".contains(word: "sleep("))
        #expect(!"tasks".contains(word: "task"))
        #expect("x.random(in: y)".contains(word: ".random(in"))
    }
}
