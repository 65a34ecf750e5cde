import CLinux
import Glibc

/// Which cores a thread runs on.
public enum CorePinning {
    // 1024 cores, as glibc's cpu_set_t; the kernel refuses a mask that is too small, and then the
    // list is empty.
    private static let maskBytes = 128

    /// The cores that the calling thread may run on, ascending.
    public static func allowedCores() -> [Int] {
        var mask = [UInt8](repeating: 0, count: maskBytes)
        guard clinux_getaffinity(&mask, maskBytes) > 0 else { return [] }
        return (0..<maskBytes * 8).filter { mask[$0 / 8] & (1 << UInt8($0 % 8)) != 0 }
    }

    /// Keeps the calling thread on one core.
    /// - Parameter core: one of ``allowedCores()``.
    public static func pin(to core: Int) throws(SystemError) {
        precondition(core >= 0 && core < maskBytes * 8, "a core beyond the mask")
        var mask = [UInt8](repeating: 0, count: maskBytes)
        mask[core / 8] = 1 << UInt8(core % 8)
        try SystemCall.check("sched_setaffinity") { clinux_setaffinity(mask, maskBytes) }
    }
}
