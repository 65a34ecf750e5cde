/// Numbers as people read them.
enum Figure {
    /// `12.3 ms`.
    static func milliseconds(_ nanoseconds: Int64) -> String {
        "\(tenths(nanoseconds, unit: 1_000_000)) ms"
    }

    /// `1.2 s`.
    static func seconds(_ nanoseconds: Int64) -> String {
        "\(tenths(nanoseconds, unit: 1_000_000_000)) s"
    }

    /// `99.9 %`: never rounded up, so that 100 % means every one.
    static func percent(_ share: Double) -> String {
        // A hair, so that 0.999 is 99.9 % although no Double is exactly that.
        let tenths = Int(share * 1_000 + 1e-9)
        return "\(tenths / 10).\(tenths % 10) %"
    }

    /// `12.3`, rounded.
    static func tenths(_ amount: Int64, unit: Int64) -> String {
        let tenths = (max(0, amount) + unit / 20) / (unit / 10)
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension String {
    /// Padded to a width in columns; what is longer stays whole. For ASCII.
    func left(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    /// The same with the padding before it.
    func right(_ width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
