/// What order the rows of an execution are published in.
package enum OutboxOrdering: String, CaseIterable, Sendable {
    /// That of their ids, whatever happens to publishers, the database and connections.
    ///
    /// A broker that refuses one message and takes the next, already on its way, breaks it.
    case execution
    /// That of their ids, also then: a message is sent once the one before it is acknowledged.
    case strict
    /// None: no row waits for another.
    case none
}
