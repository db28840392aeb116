import JetStream
import Logging
import ServiceRuntime
import Settings

/// Makes the stream where it is missing and refuses one that cannot keep what is promised.
struct StreamSetup: Sendable {
    /// Another stream stores one of the subjects.
    private static let subjectsOverlap = 10065
    /// More replicas than the servers can have: no cluster at all, or one with fewer servers.
    private static let replicaRefusals: Set<Int> = [10005, 10074]

    private let configuration: StreamConfiguration
    private let rules: StreamRules
    private let logger: Logger

    init(_ rules: StreamRules, logger: Logger) {
        self.configuration = rules.configuration
        self.rules = rules
        self.logger = logger
    }

    /// Returns the subjects that the stream stores.
    ///
    /// An existing stream is never changed.
    ///
    /// - Throws: `NATSError`; `SettingError` for a set-up that cannot keep what is promised.
    func prepare(on connection: NATSConnection) async throws -> [String] {
        if let subjects = try await self.existing(on: connection) { return subjects }
        try self.rules.checkOwn()
        do {
            try await connection.addStream(self.configuration)
        } catch let error as NATSError where error.jetStreamCode == Self.subjectsOverlap {
            // Two who make the stream at the same moment: the server may hold the first one's against the second.
            if let subjects = try await self.existing(on: connection) { return subjects }
            throw SettingError(
                """
                The stream \(self.configuration.name) cannot be made: another stream stores \
                \(self.configuration.subjects.joined(separator: ", ")) already; set NOETL_EVENT_NATS_STREAM to its name, or \
                NOETL_EVENT_NATS_SUBJECT_PREFIX to another prefix.
                """
            )
        } catch let error as NATSError where Self.replicaRefusals.contains(error.jetStreamCode ?? 0) {
            throw SettingError(
                """
                The stream \(self.configuration.name) cannot be made with \(self.configuration.replicas) replicas \
                (\(error.message)); lower NOETL_EVENT_NATS_REPLICAS, or add servers to the cluster.
                """
            )
        }
        self.logger.info("Made the stream", metadata: [LogKey.stream: "\(self.configuration.name)"])
        return self.configuration.subjects
    }
    /// The subjects of the stream where it exists and can be used, or `nil` where there is none of this name.
    private func existing(on connection: NATSConnection) async throws -> [String]? {
        guard let stream = try await connection.streamInfo(self.configuration.name) else { return nil }
        try self.rules.check(stream)
        return stream.subjects
    }
}
