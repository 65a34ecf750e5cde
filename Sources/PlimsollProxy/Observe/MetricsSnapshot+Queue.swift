import PlimsollPolicy

extension MetricsSnapshot {
    mutating func addQueue(_ queue: QueueSnapshot, _ upstream: String) {
        typealias Catalogue = MetricCatalogue
        add(Catalogue.queueOldestWait, [upstream], nanoseconds: queue.oldestWaitNanoseconds)
        for priority in Priority.allCases {
            let labels = [upstream, "\(priority.label)"]
            add(Catalogue.queueWaiting, labels, queue.waiting[Int(priority.rawValue)])
            add(
                Catalogue.queueOverloaded, labels,
                queue.overloadedFrom.map { $0 <= priority } ?? false)
        }
        add(Catalogue.queueRefused, [upstream], queue.refusedEarly)
        add(Catalogue.queueEvicted, [upstream], queue.evicted)
        add(Catalogue.queueDropped, [upstream], queue.dropped)
    }
}
