/// A statement with its parameters, ready to send.
package struct Step: Sendable {
    /// PostgreSQL takes no message of 1 GiB or more (`PQ_LARGE_MESSAGE_LIMIT`); some room is left for the rest of it.
    static let maximumValueBytes = 1 << 30 - 1 << 16

    let statement: Statement
    let parameters: [PostgresParameter]

    /// Creates a step.
    package init(_ statement: Statement, _ parameters: [PostgresParameter] = []) {
        self.statement = statement
        self.parameters = parameters
    }
}
