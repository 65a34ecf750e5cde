/// What becomes different about an upstream at some time; what is nil stays as it is.
public struct CapacityChange: Equatable, Sendable {
    public enum Mode: String, CaseIterable, Sendable {
        case work
        /// Takes requests, begins and answers none; what is being worked on is finished.
        case hang
        /// Refuses connections.
        case refuse
        /// Resets the connection when a request comes.
        case reset
    }

    /// Every service time that begins from now on is multiplied by it; 1 is normal.
    public var scale: Double?
    /// Requests worked on at once; at least 0. What has begun is finished.
    public var slots: Int?
    public var service: ServiceTime?
    public var mode: Mode?
    /// The share of requests that are answered with an error, 0 to 1.
    public var errorShare: Double?
    /// The status of those errors.
    public var errorStatus: UInt16?
    /// Whether an error takes a slot for as long as an answer would. Otherwise it comes at once.
    public var errorsTakeTime: Bool?

    public init(
        scale: Double? = nil, slots: Int? = nil, service: ServiceTime? = nil, mode: Mode? = nil,
        errorShare: Double? = nil, errorStatus: UInt16? = nil, errorsTakeTime: Bool? = nil
    ) {
        self.scale = scale
        self.slots = slots
        self.service = service
        self.mode = mode
        self.errorShare = errorShare
        self.errorStatus = errorStatus
        self.errorsTakeTime = errorsTakeTime
    }
}
