/// What operations and timers of the stage are about; see `OperationToken.kind`.
enum StageToken {
    static let accept: UInt8 = 1
    static let visitConnect: UInt8 = 2
    static let visitSend: UInt8 = 3
    static let visitReceive: UInt8 = 4
    static let serviceReceive: UInt8 = 5
    static let serviceSend: UInt8 = 6

    // Timers.
    static let patience: UInt8 = 1
    static let work: UInt8 = 2
    static let acceptAgain: UInt8 = 3
}
