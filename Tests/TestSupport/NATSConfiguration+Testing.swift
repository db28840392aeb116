package import JetStream

extension NATSConfiguration {
    /// How a test connects: it waits for as long as a busy machine takes to answer.
    package static func testing(_ url: String) -> Self {
        Self(url: url, name: "tests", connectTimeout: .seconds(60), requestTimeout: .seconds(60))
    }
}
