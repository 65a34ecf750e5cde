/// What an operation of the control loop belongs to.
enum ControlToken {
    static var adminAccept: UInt8 { 1 }
    static var adminReceive: UInt8 { 2 }
    static var adminSend: UInt8 { 3 }
    static var probeConnect: UInt8 { 4 }
    static var probeReceive: UInt8 { 5 }
    static var probeSend: UInt8 { 6 }
}
