import PlimsollCore
import PlimsollHTTP
import PlimsollPolicy

/// What a route makes of a request besides sending it on, for whoever plays requests.
extension Route {
    /// How much a request matters that a trusted peer sent.
    /// - Parameter bytes: what `fields` were parsed from.
    public func priority(of fields: borrowing FieldList, bytes: Span<UInt8>) -> Priority {
        if let field = priorityField, let index = field.next(in: fields, bytes: bytes) {
            let value = bytes.extracting(fields[index].valueRange.indices)
            if let stated = priorityWords.priority(of: value) { return stated }
        }
        if readsUrgency, let index = fields.first(.priority) {
            let value = bytes.extracting(fields[index].valueRange.indices)
            if let urgency = UrgencyField.urgency(value) { return Priority(urgency: urgency) }
        }
        return priority
    }

    /// Whether its upstream's queue tells tenants apart.
    public var hasTenants: Bool { tenant != nil }
}
