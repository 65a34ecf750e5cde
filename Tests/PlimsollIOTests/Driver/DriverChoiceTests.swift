import Glibc
import PlimsollCore
import PlimsollIO
import Testing

@Suite struct DriverChoiceTests {
    @Test func `epoll is taken without a probe when it is asked for`() {
        let choice = DriverChoice.probe(.epoll)
        #expect(choice.kind == .epoll)
        #expect(!choice.isFallback)
    }

    @Test func `io_uring is found to work where the kernel allows it`() {
        let choice = DriverChoice.probe(.auto)
        #expect(choice.kind == .uring, "\(choice.reason)")
        #expect(DriverChoice.probe(.uring) == choice)
    }

    @Test(arguments: DriverChoice.Preference.allCases)
    func `a refused io_uring falls back to epoll and says why`(
        _ preference: DriverChoice.Preference
    ) throws {
        let found = Finding<DriverChoice>()
        ScratchThread {
            let setup = 425
            ThreadPrivileges.refuse(systemCall: setup)
            found.set(DriverChoice.probe(preference))
        }.join()
        let choice = try #require(found.value)
        #expect(choice.kind == .epoll)
        #expect(choice.isFallback == (preference == .uring))
        if preference != .epoll {
            #expect(
                choice.reason
                    == "io_uring refused: EPERM, likely seccomp or kernel.io_uring_disabled; "
                    + "using epoll")
        }
    }

    @Test(arguments: [DriverChoice.Preference.auto, .epoll])
    func `a driver is made as chosen`(_ preference: DriverChoice.Preference) throws {
        let choice = DriverChoice.probe(preference)
        let driver = try makeDriver(choice, pool: BufferPool(capacity: 4))
        #expect(driver.name == choice.kind.rawValue)
    }
}
