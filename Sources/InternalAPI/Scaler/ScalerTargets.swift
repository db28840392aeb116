/// What a ScaledObject asks for under its trigger's `metadata`, where KEDA knows texts only.
struct ScalerTargets: Hashable {
    /// The number of pending rows above which there is something to do.
    let activation: Int
    /// How much of each metric there may be for each publisher; a metric that is not in it is not asked for.
    let targets: [ScalerMetric: Int]

    private static let pendingKey = "targetPending"
    private static let activationKey = "activationTargetPending"
    private static let oldestAgeKey = "targetOldestAgeSeconds"
    private static let keys = [Self.activationKey, Self.oldestAgeKey, Self.pendingKey]

    /// Reads the metadata.
    ///
    /// KEDA's own keys are among it, and newer versions may have more of them, so what is not ours is passed over;
    /// `target…` and `activation…` are ours, and one that is not known is misspelt.
    ///
    /// - Throws: ``ScalerFault``.
    init(_ metadata: [String: String]) throws(ScalerFault) {
        for key in metadata.keys.sorted() where key.hasPrefix("target") || key.hasPrefix("activation") {
            guard Self.keys.contains(key) else {
                throw ScalerFault("scalerMetadata.\(key) is not known; known are \(Self.keys.joined(separator: ", ")).")
            }
        }
        func number(_ key: String, default fallback: Int, in range: ClosedRange<Int>) throws(ScalerFault) -> Int {
            guard let text = metadata[key] else { return fallback }
            guard let number = Int(text), range.contains(number) else {
                throw ScalerFault(
                    """
                    scalerMetadata.\(key) is "\(text)"; it must be a whole number from \(range.lowerBound) to \
                    \(range.upperBound).
                    """
                )
            }
            return number
        }
        self.activation = try number(Self.activationKey, default: 0, in: 0...1_000_000_000)
        let pending = try number(Self.pendingKey, default: 20_000, in: 1...1_000_000_000)
        let oldestAge = try number(Self.oldestAgeKey, default: 60, in: 0...86_400)
        self.targets = oldestAge == 0 ? [.pending: pending] : [.pending: pending, .oldestAge: oldestAge]
    }
}
