import Testing

/// The drivers that every promise is proved on.
enum KernelInterface: String, CaseIterable, CustomTestStringConvertible {
    case epoll
    case uring = "io_uring"

    var testDescription: String { rawValue }

    /// Those that this kernel grants.
    static let available: [KernelInterface] = isUringGranted ? [.epoll, .uring] : [.epoll]

    /// As the daemon itself finds out.
    static let isUringGranted: Bool = {
        guard let daemon = try? Daemon(.uring, Daemon.answering) else { return false }
        return !daemon.startLog.contains { $0.contains("io_uring refused") }
    }()
}

@Suite struct KernelInterfaceTests {
    /// Skipped, this says that the other tests ran on epoll alone.
    @Test(.enabled(if: KernelInterface.isUringGranted, "this kernel refuses io_uring"))
    func `the tests of this target run on io_uring as well as on epoll`() {
        #expect(KernelInterface.available == [.epoll, .uring])
    }
}
