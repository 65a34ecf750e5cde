import PlimsollPolicy

extension RouteSettings {
    func printPriority(to writer: inout TomlWriter) {
        writer.write("priority", string: "\(priority.label)")
        if let priorityHeader { writer.write("priority_header", string: priorityHeader) }
        for mapping in priorityMap {
            writer.write(
                "priority_map.\(TomlWriter.key(mapping.value))",
                string: "\(mapping.priority.label)")
        }
        writer.write("urgency", "\(readsUrgency)")
        if let tenant { tenant.print(to: &writer) }
    }
}

extension TenantSettings {
    func print(to writer: inout TomlWriter) {
        switch self {
        case .clientAddress: writer.write("tenant", string: "client-address")
        case .header(let name): writer.write("tenant.header", string: name)
        }
    }
}
