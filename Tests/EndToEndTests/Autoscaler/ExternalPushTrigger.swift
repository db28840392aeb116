import TestSupport

/// KEDA's `external-push`: whether and how much is asked of the external scaler, which also pushes.
struct ExternalPushTrigger: Trigger {
    let client: ScalerClient

    func read() async throws -> TriggerReading {
        var metrics: [TriggerReading.Metric] = []
        for (metric, target) in try await self.client.targets() {
            for value in try await self.client.values(metric) {
                metrics.append(.init(value: value, target: target))
            }
        }
        return TriggerReading(isActive: try await self.client.isActive(), metrics: metrics)
    }

    func listen(_ push: @escaping @Sendable () async -> Void) async throws {
        try await self.client.listen { stream in
            try await stream.forEach { isActive in
                if isActive { await push() }
            }
        }
    }
}
