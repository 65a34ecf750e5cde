/// What tells one tenant's requests from another's.
public enum TenantSettings: Sendable, Equatable {
    case clientAddress
    /// The value of this field, in lower case; requests without it are nobody's.
    case header(String)
}
