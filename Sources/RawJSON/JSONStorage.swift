/// What a document and all views into it share.
///
/// A class, so that a view costs one reference instead of one for the bytes and one for the tape.
final class JSONStorage: Sendable {
    let bytes: [UInt8]
    /// The tape, the root first; never empty.
    let nodes: [JSONNode]

    init(bytes: [UInt8], nodes: [JSONNode]) {
        self.bytes = bytes
        self.nodes = nodes
    }
}
