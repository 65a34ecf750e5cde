import PlimsollConfig
import PlimsollIO

/// A listener's sockets as the control side keeps them: one for each loop, or one that all share.
///
/// Loops work with duplicates. So the control side decides when a socket ends: it first lets
/// begun handshakes finish, then drops its own descriptors, and only then tells the loops, which
/// take what is queued and close the last ones.
final class OpenListener {
    /// What makes it the same listener after a reload.
    let key: ListenAddress
    /// The name it was opened under.
    let name: String
    /// Where it listens; for port 0 the port that the kernel chose.
    let boundAddress: String
    /// What loops share of it.
    let shared: SharedListener
    private var descriptors: [Int32]
    /// The file of a local socket that we made, to be removed at the end.
    private let file: SocketFile?

    /// Opens the sockets.
    /// - Parameters:
    ///   - loops: how many loops accept, at least 1.
    ///   - inherited: a socket that the service manager opened for this listener.
    init(
        _ settings: ListenerSettings, loops: Int, inheriting inherited: consuming FileDescriptor?
    ) throws(SystemError) {
        key = settings.address
        name = settings.name
        if let inherited {
            let socket = try ListeningSocket(inheriting: inherited)
            boundAddress = try socket.localAddress().description
            shared = SharedListener(
                address: boundAddress, connectionsMaximum: settings.connectionsMaximum)
            descriptors = [socket.release()]
            file = nil
            return
        }
        // As open as a port: whoever may enter its directory may connect.
        let options = ListeningSocket.Options(
            backlog: Int32(settings.backlog), fileMode: 0o666)
        let first = try ListeningSocket(at: try SystemAddress(settings.address), options)
        let bound = try first.localAddress()
        boundAddress = bound.description
        shared = SharedListener(
            address: boundAddress, connectionsMaximum: settings.connectionsMaximum)
        file = bound.path.flatMap { SocketFile(path: $0) }
        descriptors = [first.release()]
        guard case .socket = settings.address else { return }
        do {
            for _ in 1..<loops {
                descriptors.append(try ListeningSocket(at: bound, options).release())
            }
        } catch {
            closeAll()
            throw error
        }
    }

    deinit {
        closeAll()
    }

    /// A descriptor for one loop, which owns it from here on.
    func duplicate(forLoop loop: Int) throws(SystemError) -> Int32 {
        try FileDescriptor.duplicate(descriptors[loop % descriptors.count]).release()
    }

    /// A reload's backlog.
    func setBacklog(_ backlog: Int) throws(SystemError) {
        for descriptor in descriptors {
            try ListeningSocket.setBacklog(descriptor, Int32(backlog))
        }
    }

    /// Lets handshakes that have begun finish and takes no new ones; a local socket's file goes.
    func refuseNewcomers() throws(SystemError) {
        file?.remove()
        for descriptor in descriptors {
            try ListeningSocket.refuseHandshakes(descriptor)
        }
    }

    /// Gives the control side's descriptors back; the loops' own keep the sockets open.
    func closeAll() {
        for descriptor in descriptors {
            _ = FileDescriptor(owning: descriptor)
        }
        descriptors.removeAll()
    }
}

extension SystemAddress {
    /// A configured address in the kernel's form.
    init(_ address: ListenAddress) throws(SystemError) {
        switch address {
        case .socket(let address): self.init(address)
        case .unix(let path): try self.init(path: path)
        }
    }
}
