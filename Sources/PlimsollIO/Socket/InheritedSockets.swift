import Glibc

/// The sockets that the service manager opened for us (`LISTEN_FDS`, sd_listen_fds(3)).
public enum InheritedSockets {
    /// One of them.
    public struct Entry: Equatable, Sendable {
        /// From `LISTEN_FDNAMES`, set by `FileDescriptorName=`; `unknown` without it.
        public var name: String
        public var descriptor: Int32

        public init(name: String, descriptor: Int32) {
            self.name = name
            self.descriptor = descriptor
        }
    }

    /// The first descriptor that the protocol hands over.
    public static var firstDescriptor: Int32 { 3 }

    /// The sockets meant for this process; none when the variables are for another one.
    public static func fromEnvironment() -> [Entry] {
        parse(
            processIdentifier: Environment.value("LISTEN_PID"),
            count: Environment.value("LISTEN_FDS"), names: Environment.value("LISTEN_FDNAMES"),
            ownProcessIdentifier: getpid())
    }

    /// Reads the three variables.
    /// - Parameter processIdentifier: whom they are for; a missing one means nobody.
    public static func parse(
        processIdentifier: String?, count: String?, names: String?, ownProcessIdentifier: Int32
    ) -> [Entry] {
        guard let processIdentifier, Int32(processIdentifier) == ownProcessIdentifier,
            let count, let number = Int32(count), number > 0, number <= 1024
        else { return [] }
        let given = names.map { $0.split(separator: ":", omittingEmptySubsequences: false) } ?? []
        return (0..<number).map { index in
            let name = Int(index) < given.count ? String(given[Int(index)]) : ""
            return Entry(
                name: name.isEmpty ? "unknown" : name, descriptor: firstDescriptor + index)
        }
    }
}
