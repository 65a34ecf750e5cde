/// IP addresses as text, both ways.
enum AddressText {
    /// Exactly four decimal numbers up to 255 without leading zeros: other readers take `010` for
    /// octal.
    static func parseV4(_ text: Span<UInt8>) -> UInt32? {
        guard text.count >= 7 && text.count <= 15 else { return nil }
        var address: UInt32 = 0
        var parts = 0
        var start = 0
        for index in 0...text.count where index == text.count || text[index] == 0x2E {
            let digits = text.extracting(start..<index)
            guard digits.count == 1 || (digits.count > 1 && digits[0] != 0x30),
                let number = ASCII.decimal(digits), number <= 255
            else { return nil }
            address = address << 8 | UInt32(number)
            parts += 1
            start = index + 1
            guard parts <= 4 else { return nil }
        }
        return parts == 4 ? address : nil
    }

    /// RFC 4291, section 2.2, with an IPv4 address as the last four bytes if so written; no zone.
    static func parseV6(_ text: Span<UInt8>) -> (high: UInt64, low: UInt64)? {
        guard text.count >= 2 && text.count <= 45 else { return nil }
        var groups = GroupList()
        var position = 0
        if text[0] == 0x3A {
            guard text[1] == 0x3A else { return nil }
            groups.gap = 0
            position = 2
        }
        while position < text.count {
            var end = position
            while end < text.count && text[end] != 0x3A { end += 1 }
            let part = text.extracting(position..<end)
            if end == text.count, let v4 = parseV4(part) {
                guard groups.append(UInt16(v4 >> 16)), groups.append(UInt16(v4 & 0xFFFF)) else {
                    return nil
                }
                return groups.address
            }
            guard part.count >= 1 && part.count <= 4, let number = ASCII.hexadecimal(part),
                groups.append(UInt16(number))
            else { return nil }
            if end == text.count { return groups.address }
            position = end + 1
            // A colon ends here, or a second one marks the gap.
            guard position < text.count else { return nil }
            if text[position] == 0x3A {
                guard groups.gap < 0 else { return nil }
                groups.gap = groups.count
                position += 1
            }
        }
        return groups.address
    }

    /// The 16-bit groups of an IPv6 address as they are read.
    struct GroupList {
        var groups = InlineArray<8, UInt16>(repeating: 0)
        var count = 0
        /// How many groups stood before `::`; -1 without one.
        var gap = -1

        mutating func append(_ group: UInt16) -> Bool {
            guard count < 8 else { return false }
            groups[count] = group
            count += 1
            return true
        }

        var address: (high: UInt64, low: UInt64)? {
            guard gap >= 0 ? count < 8 : count == 8 else { return nil }
            var halves: (high: UInt64, low: UInt64) = (0, 0)
            for index in 0..<count {
                let place = gap >= 0 && index >= gap ? index + 8 - count : index
                let group = UInt64(groups[index])
                if place < 4 {
                    halves.high |= group << UInt64((3 - place) * 16)
                } else {
                    halves.low |= group << UInt64((7 - place) * 16)
                }
            }
            return halves
        }
    }

    static func writeV4(_ address: UInt32, into writer: inout ByteWriter) {
        for shift: UInt32 in [24, 16, 8, 0] {
            writer.append(decimal: UInt64(address >> shift & 0xFF))
            if shift > 0 { writer.append(0x2E) }
        }
    }

    static func writeV6(_ high: UInt64, _ low: UInt64, into writer: inout ByteWriter) {
        if high == 0 && low >> 32 == 0xFFFF {
            writer.append("::ffff:")
            return writeV4(UInt32(truncatingIfNeeded: low), into: &writer)
        }
        let gap = longestZeroRun(high, low)
        var index = 0
        while index < 8 {
            if index == gap.lowerBound && !gap.isEmpty {
                writer.append("::")
                index = gap.upperBound
                continue
            }
            if index > 0 && index != gap.upperBound { writer.append(0x3A) }
            writer.append(hexadecimal: group(index, high, low))
            index += 1
        }
    }

    private static func group(_ index: Int, _ high: UInt64, _ low: UInt64) -> UInt64 {
        (index < 4 ? high : low) >> UInt64((3 - index % 4) * 16) & 0xFFFF
    }

    /// The first of the longest runs of at least two zero groups; empty (at 8) without one.
    private static func longestZeroRun(_ high: UInt64, _ low: UInt64) -> Range<Int> {
        var longest = 8..<8
        var start = 0
        while start < 8 {
            var end = start
            while end < 8 && group(end, high, low) == 0 { end += 1 }
            if end - start >= 2 && end - start > longest.count { longest = start..<end }
            start = end + 1
        }
        return longest
    }
}
