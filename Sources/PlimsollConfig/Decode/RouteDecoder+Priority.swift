import PlimsollPolicy

extension RouteDecoder {
    /// Everything that says how much a route's requests matter, and whose they are.
    func decodePriority(into route: inout RouteSettings) {
        route.priority = Priority(name: reader.choice("priority")) ?? .standard
        route.priorityHeader = decodeFieldName("priority_header")
        route.priorityMap = decodePriorityMap()
        route.readsUrgency = reader.boolean("urgency")
        route.tenant = reader.tenant()
        if !route.priorityMap.isEmpty, !reader.contains("priority_header") {
            problems.error(
                at: reader.position(of: "priority_map"),
                "route.priority_map is there without priority_header",
                fix: "name the field whose values it maps: priority_header = \"x-priority\"")
        }
    }

    private func decodePriorityMap() -> [PriorityMapping] {
        guard let entry = reader.entry("priority_map") else { return [] }
        guard case .table(let entries) = entry.node.value else {
            reader.refuse("priority_map", because: entry.node.value.kindName)
            return []
        }
        let classes = Priority.allCases.map { "\($0.label)" }
        return entries.compactMap { field in
            guard case .string(let name) = field.node.value, let priority = Priority(name: name)
            else {
                problems.error(
                    at: field.node.position,
                    "route.priority_map.\(field.key) is \(written(field.node.value))",
                    fix: "it must be one of \(classes.map(quoted).joined(separator: ", "))")
                return nil
            }
            if let fault = FieldSyntax.fault(inValue: field.key) {
                problems.error(
                    at: field.keyPosition, "route.priority_map.\(field.key) \(fault.rule)",
                    fix: fault.fix)
                return nil
            }
            return PriorityMapping(value: field.key, priority: priority)
        }
    }
}
