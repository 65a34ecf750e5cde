/// What a loop waits to receive or accept at one descriptor.
struct Reception: DescriptorEntry {
    struct Flags: OptionSet, BitwiseCopyable {
        var rawValue: UInt8

        /// A receive is outstanding: `token` names it.
        static let receiving = Flags(rawValue: 1 << 0)
        /// An accept is outstanding: `token` names it.
        static let accepting = Flags(rawValue: 1 << 1)
        /// Outstanding, but in a list instead of in the kernel: a receive that found no buffer,
        /// an accept that was interrupted.
        static let suspended = Flags(rawValue: 1 << 2)
        /// In such a list; outlives the operation and even the descriptor.
        static let listed = Flags(rawValue: 1 << 3)
        /// The kernel was told to cancel; what it says next is the end.
        static let cancelling = Flags(rawValue: 1 << 4)
        /// The last receive left something behind.
        static let nonempty = Flags(rawValue: 1 << 5)
    }

    var token = OperationToken(rawValue: 0)
    var flags: Flags = []
}
