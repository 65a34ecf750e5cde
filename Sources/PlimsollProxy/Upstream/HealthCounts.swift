/// What active checks of one endpoint have come to.
struct HealthCounts: Equatable {
    var passed = 0
    var failed = 0
    /// Changes of the verdict.
    var transitions = 0
    /// Why the last check that failed did; empty when none has.
    var lastFailure = ""
}
