import PlimsollCore

/// A plan in a loop's ``PlanTable``.
struct PlanSlot: BitwiseCopyable, Equatable {
    var rawValue: UInt16
}

/// The plans that exchanges of one loop still use: the current one, and older ones until their
/// last exchange ends.
///
/// Counted by hand and lent without a retain: all loops share a plan, and a reference count that
/// each of them writes several times a request would be the busiest line of memory in the house.
/// What is lent is alive, because its entry is kept while it has users.
struct PlanTable: ~Copyable {
    private struct Entry {
        var plan: ProxyPlan?
        var users = 0
    }

    private var entries: [Entry] = []
    /// The same plans, to be lent. Nil where the entry is vacant.
    private var lent: [Unmanaged<ProxyPlan>?] = []
    private(set) var current = PlanSlot(rawValue: 0)

    /// The plan that new exchanges begin with.
    mutating func adopt(_ plan: ProxyPlan) {
        let previous = current
        let hadPlan = !entries.isEmpty
        if let vacant = entries.firstIndex(where: { $0.plan == nil }) {
            entries[vacant] = Entry(plan: plan)
            lent[vacant] = .passUnretained(plan)
            current = PlanSlot(rawValue: UInt16(vacant))
        } else {
            entries.append(Entry(plan: plan))
            lent.append(.passUnretained(plan))
            current = PlanSlot(rawValue: UInt16(entries.count - 1))
        }
        if hadPlan {
            dropIfUnused(previous)
        }
    }

    /// Counts an exchange that begins with the current plan.
    mutating func enter() -> PlanSlot {
        entries[Int(current.rawValue)].users += 1
        return current
    }

    /// Counts its end.
    mutating func leave(_ slot: PlanSlot) {
        entries[Int(slot.rawValue)].users -= 1
        if slot != current {
            dropIfUnused(slot)
        }
    }

    /// A plan that has users, or is the current one; not to be kept.
    @inline(__always)
    subscript(slot: PlanSlot) -> Unmanaged<ProxyPlan> {
        guard let plan = lent[Int(slot.rawValue)] else {
            preconditionFailure("an exchange outlived its plan")
        }
        return plan
    }

    private mutating func dropIfUnused(_ slot: PlanSlot) {
        if entries[Int(slot.rawValue)].users == 0 {
            lent[Int(slot.rawValue)] = nil
            entries[Int(slot.rawValue)].plan = nil
        }
    }
}
