import Subprocess
import TestSupport
import Testing
import Waiting

/// KEDA over processes: polls a trigger, is pushed by it, and starts and stops publishers.
actor Autoscaler {
    private let trigger: any Trigger
    private let interval: Duration
    private let environment: [String: String]
    private var rule: ScalingRule
    /// What ends each process that runs.
    private var stops: [WakeSignal] = []
    private let starts: AsyncStream<WakeSignal>
    private let starter: AsyncStream<WakeSignal>.Continuation

    /// How many publishers there are to be, at each change; begins with none.
    private(set) var history = [0]
    /// How many polls succeeded.
    private(set) var answers = 0
    /// How many polls failed.
    private(set) var failures = 0

    private init(_ trigger: any Trigger, interval: Duration, rule: ScalingRule, environment: [String: String]) {
        self.trigger = trigger
        self.interval = interval
        self.rule = rule
        self.environment = environment
        (self.starts, self.starter) = AsyncStream.makeStream()
    }

    /// How many publishers there are to be.
    var replicas: Int { self.stops.count }

    /// Scales for as long as `body` runs, then stops all, and expects that each publisher ended in order.
    ///
    /// - Parameters:
    ///   - trigger: What to ask.
    ///   - interval: The time between two polls.
    ///   - rule: How many there are to be.
    ///   - environment: The environment of a publisher.
    ///   - body: The test.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    static func with<Result: Sendable>(
        _ trigger: any Trigger,
        interval: Duration = .milliseconds(100),
        rule: ScalingRule = ScalingRule(),
        environment: [String: String],
        _ body: @Sendable (Autoscaler) async throws -> Result
    ) async throws -> Result {
        let scaler = Autoscaler(trigger, interval: interval, rule: rule, environment: environment)
        async let replicas: Void = scaler.runReplicas()
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await scaler.withPolls { try await body(scaler) })
        } catch {
            result = .failure(error)
        }
        await scaler.finish()
        await replicas
        return try result.get()
    }

    /// Polls and listens for as long as `body` runs.
    private nonisolated func withPolls<Result: Sendable>(
        _ body: () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.poll() }
            group.addTask { try? await self.trigger.listen { await self.push() } }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    private func poll() async {
        while !Task.isCancelled {
            let reading = try? await self.trigger.read()
            if Task.isCancelled { return }
            if reading == nil { self.failures += 1 } else { self.answers += 1 }
            self.scale(to: self.rule.replicas(now: self.replicas, reading, at: .now))
            // One that failed is repeated soon, however rarely is polled.
            try? await Task.sleep(for: reading == nil ? min(self.interval, .milliseconds(100)) : self.interval)
        }
    }

    private func push() {
        self.scale(to: self.rule.replicasAfterPush(now: self.replicas, at: .now))
    }

    private func scale(to count: Int) {
        guard count != self.replicas else { return }
        self.history.append(count)
        while self.stops.count > count { self.stops.removeLast().signal() }
        while self.stops.count < count {
            let stop = WakeSignal()
            self.stops.append(stop)
            self.starter.yield(stop)
        }
    }

    private func finish() {
        self.starter.finish()
        for stop in self.stops { stop.signal() }
    }

    /// Runs publishers as they are asked for, until all have ended.
    private nonisolated func runReplicas() async {
        await withDiscardingTaskGroup { group in
            for await stop in self.starts {
                group.addTask {
                    await #expect(throws: Never.self) {
                        let environment = self.environment
                        let end = try await RelayProcess.run("outbox-publisher", environment: environment) { process in
                            // A process that has only just begun would end by the signal.
                            _ = try await process.port()
                            await stop.wait()
                        }
                        #expect(end.status == .exited(0), "\(end.log)")
                    }
                }
            }
        }
    }
}
