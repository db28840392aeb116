import GRPCNIOTransportHTTP2Posix
import TestSupport

@testable import InternalAPI

extension API {
    /// Settings with which the external scaler is served.
    static let scalerSettings = [
        "NOETL_INTERNAL_API_SCALER_HOST": "127.0.0.1", "NOETL_INTERNAL_API_SCALER_PORT": "0",
    ]

    /// Runs the program with its external scaler, and KEDA's side of it.
    @discardableResult
    static func withScaler(
        _ database: TestDatabase? = nil,
        settings: [String: String] = [:],
        metadata: [String: String] = [:],
        _ body: @Sendable (API, ScalerClient) async throws -> Void
    ) async throws -> [String] {
        try await self.with(database, settings: self.scalerSettings.merging(settings) { $1 }) { api in
            try await ScalerClient.with(port: try await api.scalerPort(), metadata: metadata) { client in
                try await body(api, client)
            }
        }
    }

    /// Where the external scaler listens.
    func scalerPort() async throws -> Int {
        try await self.process.port(of: "scaler.address")
    }
}
