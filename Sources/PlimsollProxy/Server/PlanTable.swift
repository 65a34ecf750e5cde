import PlimsollCore

/// A plan in a loop's ``PlanTable``.
struct PlanSlot: BitwiseCopyable, Equatable {
    var rawValue: UInt16
}

/// The plans that exchanges of one loop still use: the current one, and older ones until their
/// last exchange ends. Counted by hand, so that an exchange neither retains nor releases.
struct PlanTable {
    private struct Entry {
        var plan: ProxyPlan?
        var users = 0
    }

    private var entries: [Entry] = []
    private(set) var current = PlanSlot(rawValue: 0)

    /// The plan that new exchanges begin with.
    mutating func adopt(_ plan: ProxyPlan) {
        let previous = current
        if let vacant = entries.firstIndex(where: { $0.plan == nil }) {
            entries[vacant] = Entry(plan: plan)
            current = PlanSlot(rawValue: UInt16(vacant))
        } else {
            entries.append(Entry(plan: plan))
            current = PlanSlot(rawValue: UInt16(entries.count - 1))
        }
        if previous != current {
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

    subscript(slot: PlanSlot) -> ProxyPlan {
        guard let plan = entries[Int(slot.rawValue)].plan else {
            preconditionFailure("an exchange outlived its plan")
        }
        return plan
    }

    private mutating func dropIfUnused(_ slot: PlanSlot) {
        if entries[Int(slot.rawValue)].users == 0 {
            entries[Int(slot.rawValue)].plan = nil
        }
    }
}
