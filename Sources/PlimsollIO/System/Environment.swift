import Glibc

/// The variables that the process was started with.
public enum Environment {
    /// A variable's value; nil when it is not set. Read at start, before other threads exist.
    public static func value(_ name: String) -> String? {
        guard let text = getenv(name) else { return nil }
        return String(cString: text)
    }
}
