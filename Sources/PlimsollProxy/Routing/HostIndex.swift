import PlimsollConfig
import PlimsollCore

/// Finds the most specific group of routes for a host: its exact name, else the longest wildcard
/// suffix, else the group of routes for any host. Case and port do not matter, nor does the dot
/// of a fully qualified name.
///
/// A hash table over all names and suffixes; the host is hashed from its end, so that one pass
/// meets every suffix on its way.
struct HostIndex: Sendable {
    /// No group serves the host.
    static var none: Int { -1 }

    private struct Slot: BitwiseCopyable {
        var hash: UInt64 = 0
        var start: Int32 = 0
        var count: Int32 = 0
        /// -1: the slot is empty.
        var group: Int32 = -1
        var isWildcard = false
    }

    private var slots: [Slot]
    private var text: [UInt8] = []
    private let hasWildcards: Bool
    private let hasNames: Bool
    private let anyGroup: Int

    /// - Parameters:
    ///   - hosts: lower-case patterns, each once, with their groups.
    ///   - anyGroup: the group of routes without a host, or ``none``.
    init(_ hosts: [(pattern: HostPattern, group: Int)], anyGroup: Int) {
        var capacity = 8
        while capacity < hosts.count * 2 { capacity *= 2 }
        slots = Array(repeating: Slot(), count: capacity)
        hasNames = !hosts.isEmpty
        hasWildcards = hosts.contains { if case .wildcard = $0.pattern { true } else { false } }
        self.anyGroup = anyGroup
        for (pattern, group) in hosts {
            let isWildcard: Bool
            let name: [UInt8]
            switch pattern {
            case .exact(let host): (isWildcard, name) = (false, Array(host.utf8))
            case .wildcard(let suffix): (isWildcard, name) = (true, Array(suffix.utf8))
            }
            var hash = HostIndex.seed
            for byte in name.reversed() { hash = HostIndex.mix(hash, byte) }
            var place = Int(truncatingIfNeeded: hash >> 32) & (capacity - 1)
            while slots[place].group >= 0 { place = (place + 1) & (capacity - 1) }
            slots[place] = Slot(
                hash: hash, start: Int32(text.count), count: Int32(name.count),
                group: Int32(group), isWildcard: isWildcard)
            text += name
        }
    }

    /// The group for an authority, `host` or `host:port`, or ``none``.
    func group(for authority: Span<UInt8>) -> Int {
        guard hasNames else { return anyGroup }
        let count = HostIndex.hostCount(authority)
        var best = anyGroup
        var hash = HostIndex.seed
        var position = count
        while position > 0 {
            position &-= 1
            let byte = ASCII.lowered(authority[position])
            hash = HostIndex.mix(hash, byte)
            // Suffixes grow on the way, so the last one found is the longest.
            guard byte == 0x2E, hasWildcards, position > 0 else { continue }
            let found = find(authority, from: position, to: count, hash, isWildcard: true)
            if found >= 0 { best = found }
        }
        let found = find(authority, from: 0, to: count, hash, isWildcard: false)
        return found >= 0 ? found : best
    }

    private func find(
        _ authority: Span<UInt8>, from start: Int, to end: Int, _ hash: UInt64, isWildcard: Bool
    ) -> Int {
        let mask = slots.count &- 1
        var place = Int(truncatingIfNeeded: hash >> 32) & mask
        while slots[place].group >= 0 {
            let slot = slots[place]
            if slot.hash == hash, slot.isWildcard == isWildcard, Int(slot.count) == end &- start,
                isSame(authority, from: start, slot)
            {
                return Int(slot.group)
            }
            place = (place &+ 1) & mask
        }
        return HostIndex.none
    }

    private func isSame(_ authority: Span<UInt8>, from start: Int, _ slot: Slot) -> Bool {
        for offset in 0..<Int(slot.count)
        where ASCII.lowered(authority[start + offset]) != text[Int(slot.start) + offset] {
            return false
        }
        return true
    }

    /// Bytes of the host in `host:port` or `[address]:port`, without a dot at its end.
    static func hostCount(_ authority: Span<UInt8>) -> Int {
        var count = authority.count
        var position = count
        while position > 0 {
            position &-= 1
            let byte = authority[position]
            if byte == 0x3A {
                count = position
                break
            }
            guard byte &- 0x30 < 10 else { break }
        }
        return count > 1 && authority[count - 1] == 0x2E ? count - 1 : count
    }

    private static var seed: UInt64 { 0xCBF2_9CE4_8422_2325 }

    @inline(__always)
    private static func mix(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15
    }
}
