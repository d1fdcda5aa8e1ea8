// What adapters of the ports have in common.

extension PartitionBounds {
    /// Throws `.missing` where nothing can be read from `offset` on.
    package func check(_ offset: Int64, _ operation: String, _ partition: TopicPartition) throws(PortError) {
        guard offset < first || offset > end else { return }
        throw PortError(
            .missing, operation, of: "\(partition)",
            because: offset < first
                ? "offset \(offset) is no longer kept: the first one is \(first)" : "offset \(offset) lies behind the end, which is \(end)")
    }
}

extension Duration {
    /// Whole milliseconds.
    package var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
