import Glibc
import PlimsollIO
import Testing

@Suite struct PrivilegesTests {
    @Test func `root is an account and its numbers are zero`() throws {
        #expect(
            try Account.named("root")
                == Account(name: "root", userIdentifier: 0, groupIdentifier: 0))
    }

    @Test func `an account that does not exist is nil`() throws {
        #expect(try Account.named("no-such-account-of-plimsoll") == nil)
    }

    // In a child process, because there is no way back.
    @Test(.enabled(if: Privileges.isRoot)) func `dropping privileges leaves nothing`() async {
        await #expect(processExitsWith: .success) {
            let nobody = try #require(try Account.named("nobody"))
            try Privileges.drop(to: nobody)
            #expect(getuid() == nobody.userIdentifier)
            #expect(getgroups(0, nil) <= 1)
            #expect(open("/etc/shadow", O_RDONLY) < 0)
            #expect(!Privileges.isRoot)
        }
    }
}
