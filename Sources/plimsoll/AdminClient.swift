import Glibc
import PlimsollCore
import PlimsollIO

/// Asks a daemon's admin server one question and waits for the answer, for as long as a person
/// would.
enum AdminClient {
    struct Answer: Equatable {
        var status: Int
        var body: String
    }

    enum Failure: Error, CustomStringConvertible {
        case address(String)
        case call(SystemError)
        case silence
        case garbage

        var description: String {
            switch self {
            case .address(let text): "'\(text)' is not address:port or unix:/path"
            case .call(let error): "\(error)"
            case .silence: "it does not answer"
            case .garbage: "what it says is not HTTP"
            }
        }
    }

    static var standardAddress: String { "127.0.0.1:9901" }
    /// The admin server answers within milliseconds, whatever the data loops do.
    private static var patienceNanoseconds: Int64 { 5_000_000_000 }
    private static var answerBytesMaximum: Int { 64 << 20 }

    static func address(_ text: String) throws(Failure) -> SystemAddress {
        if text.hasPrefix("unix:") {
            do throws(SystemError) {
                return try SystemAddress(path: String(text.dropFirst("unix:".count)))
            } catch {
                throw .call(error)
            }
        }
        guard let address = SocketAddress(parsing: text) else { throw .address(text) }
        return SystemAddress(address)
    }

    /// Everything but letters, digits and `-._~` as `%XX`.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
            default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// - Parameter target: a path and its query, ready to be sent.
    static func get(_ target: String, from address: SystemAddress) throws(Failure) -> Answer {
        let request = "GET \(target) HTTP/1.1\r\nHost: plimsoll\r\nConnection: close\r\n\r\n"
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try BlockingExchange.exchange(
                Array(request.utf8), with: address, answerBytesMaximum: answerBytesMaximum,
                deadline: MonotonicClock.now.advanced(byNanoseconds: patienceNanoseconds))
        } catch {
            throw error.code == ETIMEDOUT ? .silence : .call(error)
        }
        return try parsed(bytes)
    }

    /// Reads an answer that ended with its connection.
    static func parsed(_ bytes: [UInt8]) throws(Failure) -> Answer {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.utf8.firstRange(ofEmptyLine: ()), text.hasPrefix("HTTP/1.1 "),
            let status = Int(text.dropFirst("HTTP/1.1 ".count).prefix(3))
        else { throw .garbage }
        return Answer(status: status, body: String(decoding: bytes[end...], as: UTF8.self))
    }
}

extension String.UTF8View {
    /// Where what follows the first empty line begins, counted in bytes.
    fileprivate func firstRange(ofEmptyLine: Void) -> Int? {
        var matched = 0
        for (position, byte) in enumerated() {
            let wanted: UInt8 = matched % 2 == 0 ? 0x0D : 0x0A
            matched = byte == wanted ? matched + 1 : (byte == 0x0D ? 1 : 0)
            if matched == 4 { return position + 1 }
        }
        return nil
    }
}
