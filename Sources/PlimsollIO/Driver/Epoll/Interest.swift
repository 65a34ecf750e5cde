/// What a loop waits for at one descriptor, and what is known of its readiness.
struct Interest: DescriptorEntry {
    struct Flags: OptionSet, BitwiseCopyable {
        var rawValue: UInt16

        /// Epoll watches the descriptor.
        static let registered = Flags(rawValue: 1 << 0)
        /// A receive would bring something, as far as we know.
        static let readable = Flags(rawValue: 1 << 1)
        /// The peer's end of stream or an error is behind what is left to receive. There will be
        /// no further edge, so a short receive does not mean that there is nothing more.
        static let ended = Flags(rawValue: 1 << 2)
        /// A receive is outstanding: `receiver` names it.
        static let receiving = Flags(rawValue: 1 << 3)
        /// An accept is outstanding: `receiver` names it.
        static let accepting = Flags(rawValue: 1 << 4)
        /// A send is outstanding: `sender` names it, `slices` is what it sends.
        static let sending = Flags(rawValue: 1 << 5)
        /// A connect is outstanding: `sender` names it.
        static let connecting = Flags(rawValue: 1 << 6)
        /// In the list of those that found no buffer. Outlives the descriptor: only the list's
        /// reader takes it away.
        static let starved = Flags(rawValue: 1 << 7)

        static let outstanding: Flags = [.receiving, .accepting, .sending, .connecting]
    }

    var flags: Flags = []
    var receiver = OperationToken(rawValue: 0)
    var sender = OperationToken(rawValue: 0)
    var slices = SendSlices()
}
