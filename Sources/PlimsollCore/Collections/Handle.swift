/// A place in a ``Slab`` and the generation of its tenant: a handle that outlived its element is
/// detected, never followed.
@frozen
public struct Handle: Hashable, Sendable {
    public var index: UInt32
    /// Changes each time the place is vacated. 24 bits, so that a handle fits an operation token.
    public var generation: UInt32

    @inlinable
    public init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }
}
