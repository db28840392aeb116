/// How to make a stream: file storage, limits retention.
package struct StreamConfiguration: Hashable, Sendable {
    /// The stream's name.
    package var name: String
    /// The subjects it stores.
    package var subjects: [String]
    /// How long a message is kept.
    package var maximumAge: Duration
    /// How long a message id is remembered, so that the same message sent again is stored once.
    package var duplicateWindow: Duration
    /// How many servers store it.
    package var replicas: Int

    /// Creates a configuration.
    package init(
        name: String,
        subjects: [String],
        maximumAge: Duration = .seconds(24 * 3600),
        duplicateWindow: Duration = .seconds(120),
        replicas: Int = 1
    ) {
        self.name = name
        self.subjects = subjects
        self.maximumAge = maximumAge
        self.duplicateWindow = duplicateWindow
        self.replicas = replicas
    }
}
