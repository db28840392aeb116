/// A numbered change of the database.
///
/// Once released it is never edited; what follows it is another migration.
package struct Migration: Sendable {
    /// How its statements are run.
    package enum Mode: Sendable {
        /// All or none, in one transaction.
        case transaction
        /// One by one outside a transaction, as `CREATE INDEX CONCURRENTLY` demands; each bears being run again.
        case separately
    }

    /// Its number; migrations are applied in order.
    package let version: Int
    /// What it does, in a few words.
    package let name: String
    /// How its statements are run.
    package let mode: Mode
    /// The statements.
    package let statements: [String]

    /// All migrations, in order.
    package static let all: [Migration] = [
        .outbox, .event, .deadLetters, .outboxIndexes, .outboxVacuum, .deadLetterIdentity,
    ]
}
