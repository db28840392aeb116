package import ExternalScaler
import GRPCCore
package import GRPCNIOTransportHTTP2Posix

/// KEDA's side of an external scaler.
package struct ScalerClient: Sendable {
    /// Its four methods as they are.
    package let stub: Externalscaler_ExternalScaler.Client<HTTP2ClientTransport.Posix>
    /// What stands in the ScaledObject.
    package let scaledObject: Externalscaler_ScaledObjectRef

    /// Connects to a port of this machine for as long as `body` runs.
    package static func with<Result: Sendable>(
        port: Int,
        metadata: [String: String] = [:],
        security: HTTP2ClientTransport.Posix.TransportSecurity = .plaintext,
        _ body: (ScalerClient) async throws -> Result
    ) async throws -> Result {
        let transport = try HTTP2ClientTransport.Posix(
            target: .ipv4(address: "127.0.0.1", port: port),
            transportSecurity: security
        )
        return try await withGRPCClient(transport: transport) { client in
            var scaledObject = Externalscaler_ScaledObjectRef()
            scaledObject.name = "outbox-publisher"
            scaledObject.namespace = "noetl"
            // KEDA passes on all that stands there, also what is its own.
            scaledObject.scalerMetadata = ["scalerAddress": "127.0.0.1:\(port)"].merging(metadata) { $1 }
            return try await body(ScalerClient(stub: .init(wrapping: client), scaledObject: scaledObject))
        }
    }

    /// Whether there is something to do.
    package func isActive() async throws -> Bool {
        try await self.stub.isActive(self.scaledObject).result
    }

    /// What is measured, with the target of each, in the scaler's order.
    package func targets() async throws -> [(metric: String, target: Double)] {
        try await self.stub.getMetricSpec(self.scaledObject).metricSpecs.map { ($0.metricName, $0.targetSizeFloat) }
    }

    /// The values that are given for a metric, as KEDA takes them.
    package func values(_ metric: String) async throws -> [Double] {
        var request = Externalscaler_GetMetricsRequest()
        request.scaledObjectRef = self.scaledObject
        request.metricName = metric
        return try await self.stub.getMetrics(request).metricValues
            .map { $0.metricValueFloat > 0 ? $0.metricValueFloat : Double($0.metricValue) }
    }

    /// Listens, and returns what `body` makes of what comes.
    package func listen<Result: Sendable>(
        _ body: @escaping @Sendable (ActivityStream) async throws -> Result
    ) async throws -> Result {
        try await self.stub.streamIsActive(self.scaledObject) { response in
            try await body(ActivityStream(messages: response.messages))
        }
    }
}

/// What an external scaler pushes.
package struct ActivityStream: Sendable {
    fileprivate let messages: RPCAsyncSequence<Externalscaler_IsActiveResponse, any Error>

    /// Awaits so many messages, or the end, and returns what they say.
    package func next(_ count: Int) async throws -> [Bool] {
        var results: [Bool] = []
        for try await message in self.messages {
            results.append(message.result)
            if results.count == count { break }
        }
        return results
    }

    /// Calls `body` at each message until the stream ends.
    package func forEach(_ body: (Bool) async -> Void) async throws {
        for try await message in self.messages { await body(message.result) }
    }
}
