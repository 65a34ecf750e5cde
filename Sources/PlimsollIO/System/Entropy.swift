import CLinux

/// The kernel's random source, for seeds.
public enum Entropy {
    /// 64 random bits. Waits only in the first moments of a machine's life.
    public static func seed() throws(SystemError) -> UInt64 {
        var value: UInt64 = 0
        // Up to 256 bytes come whole or not at all (getrandom(2)).
        try SystemCall.check("getrandom") {
            withUnsafeMutableBytes(of: &value) { clinux_getrandom($0.baseAddress, $0.count) }
        }
        return value
    }
}
