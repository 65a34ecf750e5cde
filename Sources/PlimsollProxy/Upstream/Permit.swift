import PlimsollCore

/// The right to be in flight at an upstream. Given back exactly once.
struct Permit: ~Copyable {
    let upstream: UpstreamIndex

    init(upstream: UpstreamIndex) {
        self.upstream = upstream
    }

    /// It is on its way back; ``PermitCounter/release()`` must follow.
    consuming func surrender() {
        discard self
    }

    deinit {
        assertionFailure("a permit must be given back: its bulkhead would lose a place")
    }
}
