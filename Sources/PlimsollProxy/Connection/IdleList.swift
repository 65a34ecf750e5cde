import PlimsollCore

/// The idle client connections of a loop in the order they became idle, linked through the
/// connections themselves.
struct IdleList {
    private(set) var first: UInt32 = .max
    private var last: UInt32 = .max
    private(set) var count = 0

    mutating func append(_ client: UInt32, to clients: borrowing Slab<ClientConnection>) {
        clients[client].idlePrevious = last
        clients[client].idleNext = .max
        if last == .max {
            first = client
        } else {
            clients[last].idleNext = client
        }
        last = client
        count += 1
    }

    mutating func remove(_ client: UInt32, from clients: borrowing Slab<ClientConnection>) {
        let previous = clients[client].idlePrevious
        let next = clients[client].idleNext
        if previous == .max {
            first = next
        } else {
            clients[previous].idleNext = next
        }
        if next == .max {
            last = previous
        } else {
            clients[next].idlePrevious = previous
        }
        count -= 1
    }
}
