import CLinux
import Glibc

/// What the machine lets this process have.
public enum ResourceLimits {
    /// Raises the number of descriptors to what is allowed.
    /// - Returns: how many descriptors may now be open at once.
    @discardableResult
    public static func raiseDescriptors() throws(SystemError) -> Int {
        var limit = rlimit()
        try SystemCall.check("getrlimit") {
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            try SystemCall.check("setrlimit") {
                setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// Descriptors that may be open at once now.
    public static func descriptors() throws(SystemError) -> Int {
        var limit = rlimit()
        try SystemCall.check("getrlimit") {
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// Loops worth having: the cores that this process may run on, no more than its control
    /// group's quota pays for (rounded up), at least 1.
    public static func coresAvailable() -> Int {
        let cores = max(1, CorePinning.allowedCores().count)
        guard let quota = ProcessorQuota.current() else { return cores }
        return max(1, min(cores, Int(quota.rounded(.up))))
    }
}
