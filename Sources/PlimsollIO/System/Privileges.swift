import CLinux
import Glibc

/// An account of the machine.
public struct Account: Equatable, Sendable {
    public var name: String
    public var userIdentifier: UInt32
    /// Its first group.
    public var groupIdentifier: UInt32

    public init(name: String, userIdentifier: UInt32, groupIdentifier: UInt32) {
        self.name = name
        self.userIdentifier = userIdentifier
        self.groupIdentifier = groupIdentifier
    }

    /// Looks an account up by name; nil when there is none.
    public static func named(_ name: String) throws(SystemError) -> Account? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        // Grown while glibc says ERANGE; a megabyte is more than any entry needs.
        var room = [CChar](repeating: 0, count: 4096)
        while true {
            let code = getpwnam_r(name, &entry, &room, room.count, &found)
            if code == ERANGE, room.count < 1 << 20 {
                room = [CChar](repeating: 0, count: room.count * 4)
                continue
            }
            guard code == 0 else { throw SystemError("getpwnam_r", code: code) }
            guard found != nil else { return nil }
            return Account(
                name: name, userIdentifier: entry.pw_uid, groupIdentifier: entry.pw_gid)
        }
    }
}

/// Why privileges could not be given up. The process must not go on.
public enum PrivilegesError: Error, CustomStringConvertible {
    /// No such account.
    case unknownUser(String)
    /// A step was refused.
    case refused(SystemError)
    /// Every step succeeded, and yet something is left.
    case stillPrivileged(String)

    public var description: String {
        switch self {
        case .unknownUser(let name): "there is no user \(name)"
        case .refused(let error): "giving up privileges failed at \(error)"
        case .stillPrivileged(let what): "privileges were given up, but \(what)"
        }
    }
}

/// Giving up what only the opening of sockets needed. To be called while there is one thread:
/// capabilities belong to threads, and later ones inherit.
public enum Privileges {
    /// Whether the process runs as root.
    public static var isRoot: Bool { geteuid() == 0 }

    /// The number of the account that the process runs as.
    public static var userIdentifier: UInt32 { geteuid() }

    /// Becomes an account for good: its groups, group and user, without any capability, and
    /// checks afterwards that there is no way back.
    ///
    /// The order matters: only root may change groups, and only a thread with CAP_SETPCAP its
    /// bounding set, so the user comes after both, and the capabilities that a change of user
    /// might have left come last.
    public static func drop(to account: Account) throws(PrivilegesError) {
        do {
            try SystemCall.check("prctl") { clinux_prctl(CLINUX_PR_SET_KEEPCAPS, 0, 0, 0) }
            try emptyBoundingSet()
            try SystemCall.check("initgroups") {
                initgroups(account.name, account.groupIdentifier)
            }
            try SystemCall.check("setresgid") { clinux_setresgid(account.groupIdentifier) }
            try SystemCall.check("setresuid") { clinux_setresuid(account.userIdentifier) }
            // Kernels before 4.3 have no ambient set, and then there is nothing to clear.
            _ = clinux_prctl(
                CLINUX_PR_CAP_AMBIENT, UInt(CLINUX_PR_CAP_AMBIENT_CLEAR_ALL), 0, 0)
            try SystemCall.check("capset") { clinux_capset(0, 0, 0) }
            try forbidNewPrivileges()
        } catch {
            throw .refused(error)
        }
        try verify(account)
    }

    /// Executing a file can no longer raise privileges, whatever its mode bits say.
    public static func forbidNewPrivileges() throws(SystemError) {
        try SystemCall.check("prctl") { clinux_prctl(CLINUX_PR_SET_NO_NEW_PRIVS, 1, 0, 0) }
    }

    private static func emptyBoundingSet() throws(SystemError) {
        // Numbers the kernel does not know end the list; 64 fit the masks.
        for capability in UInt(0)..<64 {
            guard clinux_prctl(CLINUX_PR_CAPBSET_READ, capability, 0, 0) >= 0 else { return }
            try SystemCall.check("prctl") {
                clinux_prctl(CLINUX_PR_CAPBSET_DROP, capability, 0, 0)
            }
        }
    }

    private static func verify(_ account: Account) throws(PrivilegesError) {
        var real: uid_t = 0
        var effective: uid_t = 0
        var saved: uid_t = 0
        guard clinux_getresuid(&real, &effective, &saved) == 0,
            [real, effective, saved].allSatisfy({ $0 == account.userIdentifier })
        else { throw .stillPrivileged("the user is not \(account.name)") }
        guard clinux_getresgid(&real, &effective, &saved) == 0,
            [real, effective, saved].allSatisfy({ $0 == account.groupIdentifier })
        else { throw .stillPrivileged("the group is not that of \(account.name)") }
        var sets: (effective: UInt64, permitted: UInt64, inheritable: UInt64) = (0, 0, 0)
        guard clinux_capget(&sets.effective, &sets.permitted, &sets.inheritable) == 0,
            sets == (0, 0, 0)
        else { throw .stillPrivileged("capabilities are left") }
        if account.userIdentifier != 0 {
            guard clinux_setresuid(0) != 0 else { throw .stillPrivileged("root is a call away") }
        }
    }
}
