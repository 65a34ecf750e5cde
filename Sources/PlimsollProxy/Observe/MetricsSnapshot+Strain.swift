import PlimsollPolicy

extension MetricsSnapshot {
    /// What a loop thinks of its own strain.
    mutating func addStrain(_ strain: LoopStrain, loop: Int) {
        let labels = ["\(loop)"]
        add(MetricCatalogue.loopStrain, labels, .decimal(strain.pressure))
        add(MetricCatalogue.loopNewsLag, labels, nanoseconds: strain.lagNanoseconds)
        add(MetricCatalogue.loopBuffersUsed, labels, .decimal(strain.bufferShare))
    }
}
