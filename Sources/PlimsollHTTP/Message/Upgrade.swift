/// The protocol that a message asks or agrees to go on with. Only what is on this list is ever
/// tunnelled; everything else is as if it had not been asked for.
public enum Upgrade: UInt8, BitwiseCopyable, Sendable {
    case none
    case websocket
}
