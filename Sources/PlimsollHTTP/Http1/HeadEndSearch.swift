import PlimsollCore

/// Where the search for a head's end stands.
enum HeadEndSearch {
    /// Not there yet; go on from this position.
    case missing(resumeAt: Int, passedLineEnd: Bool)
    /// The empty line is there.
    case found
    case refused(RequestHeadError)

    /// Looks for an empty line, and for line ends and control bytes that no head may hold, so that
    /// a head which will never end is refused at once and not when the client's time is up.
    static func run(_ bytes: RawSpan, from start: Int) -> HeadEndSearch {
        let count = bytes.byteCount
        var position = start
        var passedLineEnd = false
        while true {
            position = ByteScan.control(bytes, from: position)
            guard position < count else {
                return .missing(resumeAt: count, passedLineEnd: passedLineEnd)
            }
            switch LineEnd.at(position, bytes) {
            case .refused(let error): return .refused(error)
            case .incomplete:
                return .missing(resumeAt: position, passedLineEnd: passedLineEnd)
            case .here: break
            }
            passedLineEnd = true
            guard position &+ 2 < count else {
                return .missing(resumeAt: position, passedLineEnd: passedLineEnd)
            }
            if ByteScan.byte(bytes, position &+ 2) == 0x0D {
                switch LineEnd.at(position &+ 2, bytes) {
                case .refused(let error): return .refused(error)
                case .incomplete:
                    return .missing(resumeAt: position, passedLineEnd: passedLineEnd)
                case .here: return .found
                }
            }
            position &+= 2
        }
    }
}

/// What a control byte in a head is.
enum LineEnd {
    /// A CR with its LF.
    case here
    /// A CR whose next byte has not come.
    case incomplete
    case refused(RequestHeadError)

    @inline(__always)
    static func at(_ position: Int, _ bytes: RawSpan) -> LineEnd {
        let byte = ByteScan.byte(bytes, position)
        guard byte == 0x0D else {
            return .refused(byte == 0x0A ? .bareLineFeed : .controlByte)
        }
        guard position &+ 1 < bytes.byteCount else { return .incomplete }
        return ByteScan.byte(bytes, position &+ 1) == 0x0A ? .here : .refused(.bareCarriageReturn)
    }
}
