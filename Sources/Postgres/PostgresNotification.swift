/// What a `NOTIFY` told.
package struct PostgresNotification: Hashable, Sendable {
    /// The channel it came on.
    package var channel: String
    /// The text it carried, empty where none was given.
    package var payload: String
}
