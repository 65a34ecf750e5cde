/// A call or word that must not stand in our code, and what stands there instead.
struct BannedWord: Sendable, CustomStringConvertible {
    let words: [String]
    let replacement: String
    /// Folders or files where it is at home after all.
    var homes: [String] = []
    /// Where the rule holds.
    var scope = ["Sources/", "Tests/"]
    /// Whether comments count as well.
    var inComments = false

    var description: String { words.joined(separator: ", ") }

    func findings(in tree: SourceTree) -> [String] {
        var found: [String] = []
        // The list itself names what it bans.
        for file in tree.swift(below: "") where file.path != "Tests/TidyTests/BannedWord.swift" {
            guard scope.contains(where: file.path.hasPrefix),
                !homes.contains(where: file.path.hasPrefix)
            else { continue }
            for word in words {
                for line in file.lines(with: word, inComments: inComments) {
                    found.append(file.finding(line, "\(word): \(replacement)"))
                }
            }
        }
        return found
    }

    static let all: [BannedWord] = [
        BannedWord(
            words: [
                "clock_gettime", "gettimeofday", "ContinuousClock", "SuspendingClock", "time(nil)",
            ],
            replacement: "time is passed in as `now`; MonotonicClock and WallClock read it",
            homes: ["Sources/PlimsollIO/System/", "Tests/IntegrationTests/Harness/"]),
        BannedWord(
            words: [
                ".random(in", ".random()", "shuffled()", "shuffle()", "randomElement()",
                "SystemRandomNumberGenerator", "rand()", "random()", "drand48", "arc4random",
            ],
            replacement: "chance is an `inout RandomSource`; Entropy seeds it"),
        BannedWord(
            words: ["getrandom"], replacement: "Entropy asks the kernel for randomness",
            homes: ["Sources/PlimsollIO/System/"]),
        BannedWord(
            words: [" print(\"", "debugPrint(", "dump("],
            replacement: "OperatorLog in the daemon, StandardStream in a command",
            homes: ["Sources/plimsoll-gate/"]),
        BannedWord(
            words: ["fatalError"], replacement: "preconditionFailure with a sentence",
            // Always optimised, where preconditionFailure keeps its sentence to itself.
            homes: ["Sources/PlimsollSimulation/"]),
        BannedWord(
            words: ["preconditionFailure()"], replacement: "say in a sentence what was broken"),
        BannedWord(
            words: ["TODO", "FIXME"], replacement: "do it now, or open an issue",
            inComments: true),
        BannedWord(
            words: ["import Foundation", "import Dispatch", "import XCTest"],
            replacement: "Glibc through PlimsollIO/System, Swift Testing in tests"),
        BannedWord(
            words: [
                "package func", "package var", "package let", "package init", "package struct",
                "package final", "package class", "package enum", "package protocol",
                "package static", "package mutating", "package extension", "package typealias",
            ],
            replacement: "`public`: `package` defeats specialisation (docs/decisions/0003)"),
        BannedWord(words: ["try!"], replacement: "`try` in a function that throws"),
        BannedWord(
            words: ["sleep(", "usleep(", "nanosleep(", "Task.sleep", "clock_nanosleep("],
            replacement: "wait for a condition: DescriptorWait, a timer, virtual time"),
        BannedWord(
            words: ["Task", "actor", "async", "await", "DispatchQueue"],
            replacement: "a loop's turn, a Mailbox, or a LoopThread", scope: ["Sources/"]),
        BannedWord(
            words: ["pthread_create"], replacement: "LoopThread",
            homes: ["Sources/PlimsollIO/Loop/"], scope: ["Sources/"]),
        BannedWord(
            words: ["errno"], replacement: "SystemCall captures it where it is sure to be right",
            homes: ["Sources/PlimsollIO/", "Sources/PlimsollConfig/Load/"],
            scope: ["Sources/"]),
        BannedWord(
            words: ["io_uring_enter", "epoll_wait", "epoll_ctl"], replacement: "a Driver",
            homes: ["Sources/PlimsollIO/Driver/"], scope: ["Sources/"]),
        BannedWord(
            words: ["@available", "#if os", "#if canImport"], replacement: "Linux is all there is"),
    ]
}
