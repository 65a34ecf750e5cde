/// The urgency in `Priority: u=N` (RFC 9218, section 4.1).
public enum UrgencyField {
    /// From 0, the most urgent, to 7; nil when the field states none.
    ///
    /// A structured dictionary (RFC 8941) is not parsed: the member `u` stands between commas and
    /// its value is one digit. What is not just that is passed over, as RFC 9218 asks.
    public static func urgency(_ value: Span<UInt8>) -> UInt8? {
        var found: UInt8?
        var start = 0
        while start < value.count {
            var end = start
            while end < value.count, value[end] != 0x2C { end += 1 }
            var member = start
            while member < end, isBlank(value[member]) { member += 1 }
            var last = end
            while last > member, isBlank(value[last - 1]) { last -= 1 }
            // The last member of a name counts (RFC 8941, section 3.2).
            if last - member == 3, value[member] == 0x75, value[member + 1] == 0x3D,
                value[member + 2] >= 0x30, value[member + 2] <= 0x37
            {
                found = value[member + 2] - 0x30
            }
            start = end + 1
        }
        return found
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
