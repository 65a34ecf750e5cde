import PlimsollCore
import PlimsollHTTP
import PlimsollPolicy

extension Worker {
    /// Finds out how much a request matters, and whose it is. What peers say of the first counts
    /// only if they are trusted.
    mutating func classify(_ exchange: UInt32, _ route: Route, _ bytes: Span<UInt8>) {
        if clients[exchanges[exchange].client].peer.isTrusted,
            let priority = statedPriority(route, bytes)
        {
            exchanges[exchange].priority = priority
        }
        switch route.tenant {
        case nil: break
        case .clientAddress(let hash)?:
            exchanges[exchange].tenant = TenantKey.tenant(
                hash, clientAddress(exchange, bytes))
        case .header(let field, let hash)?:
            guard let index = field.next(in: parser.fields, bytes: bytes) else { break }
            let value = bytes.extracting(parser.fields[index].valueRange.indices)
            exchanges[exchange].tenant = TenantKey.tenant(hash, value)
        }
    }

    /// The class that a trusted peer asks for; nil when it asks for none that is known.
    private mutating func statedPriority(_ route: Route, _ bytes: Span<UInt8>) -> Priority? {
        if let field = route.priorityField,
            let index = field.next(in: parser.fields, bytes: bytes)
        {
            let value = bytes.extracting(parser.fields[index].valueRange.indices)
            if let priority = route.priorityWords.priority(of: value) { return priority }
            metrics.count(.prioritiesIgnored)
        }
        if route.readsUrgency, let index = parser.fields.first(.priority) {
            let value = bytes.extracting(parser.fields[index].valueRange.indices)
            if let urgency = UrgencyField.urgency(value) { return Priority(urgency: urgency) }
        }
        return nil
    }
}
