import PlimsollCore

/// One field line of a head: where it lies and what is known about it.
public struct FieldEntry: BitwiseCopyable, Sendable, Equatable {
    /// Which known field it is.
    public var name: FieldName
    /// The line is exactly `name: value` and CRLF: it can be copied as it is, from
    /// `nameRange.start` to `valueRange.end + 2`.
    public var isCanonical: Bool
    /// It is about this connection and never passes on: one of ``FieldName/hopByHopBits``, or
    /// named by a Connection field.
    public var isHopByHop: Bool
    /// The name as it was written. Never empty.
    public var nameRange: ByteRange
    /// The value without the white space around it. May be empty.
    public var valueRange: ByteRange

    public init(
        name: FieldName, nameRange: ByteRange, valueRange: ByteRange, isCanonical: Bool,
        isHopByHop: Bool
    ) {
        self.name = name
        self.isCanonical = isCanonical
        self.isHopByHop = isHopByHop
        self.nameRange = nameRange
        self.valueRange = valueRange
    }
}
