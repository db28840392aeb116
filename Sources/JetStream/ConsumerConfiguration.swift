/// How to make a pull consumer.
package struct ConsumerConfiguration: Hashable, Sendable {
    /// Its name.
    ///
    /// A durable one outlives those who pull from it; an ephemeral one is forgotten after a minute without.
    package var name: String
    /// Whether it outlives those who pull from it.
    package var isDurable: Bool
    /// Which subjects it delivers; `>` for all.
    package var filterSubject: String
    /// Whether messages are delivered again until they are acknowledged.
    package var isAcknowledged: Bool
    /// How long an acknowledgement may take before the message is delivered again.
    package var acknowledgementWait: Duration
    /// How many messages may be delivered and not yet acknowledged, over all who pull.
    package var maximumAcknowledgementsPending: Int

    /// Creates a configuration.
    package init(
        name: String,
        isDurable: Bool = true,
        filterSubject: String = ">",
        isAcknowledged: Bool = true,
        acknowledgementWait: Duration = .seconds(60),
        maximumAcknowledgementsPending: Int = 20_000
    ) {
        self.name = name
        self.isDurable = isDurable
        self.filterSubject = filterSubject
        self.isAcknowledged = isAcknowledged
        self.acknowledgementWait = acknowledgementWait
        self.maximumAcknowledgementsPending = maximumAcknowledgementsPending
    }
}
