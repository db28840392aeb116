import Waiting

/// One use of a connection: its number, by which it can be cancelled, and its deadline.
struct Operation {
    let number: UInt64
    let deadline: Deadline
}
