/// Which plimsoll this is.
public enum BuildInformation {
    /// Semantic version of the next or current release.
    public static var version: String { "0.1.0" }
}
