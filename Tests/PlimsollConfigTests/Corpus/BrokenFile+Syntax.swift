extension BrokenFile {
    static let syntax: [BrokenFile] = [
        BrokenFile(
            "a value without an end",
            #"""
            log.level = "info
            """#,
            #"""
            14:18: this is not TOML; Error while parsing string: unescaped control characters other than TAB (U+0009) are explicitly prohibited
            """#),
        BrokenFile(
            "a key without a value",
            #"""
            [server]
            loops =
            """#,
            #"""
            15:8: this is not TOML; Error while parsing key-value pair: expected value, saw '\n'
            """#),
        BrokenFile(
            "the same key twice",
            #"""
            [server]
            pin = true
            pin = false
            """#,
            #"""
            16:7: this is not TOML; Error while parsing key-value pair: cannot redefine existing boolean 'pin'
            """#),
        BrokenFile(
            "the same table twice",
            #"""
            [log]
            [log]
            """#,
            #"""
            15:1: this is not TOML; Error while parsing table header: cannot redefine existing table 'log'
            """#),
    ]
}
