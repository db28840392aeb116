/// Something that a caller of the external scaler asked for and cannot have.
struct ScalerFault: Error, Hashable, CustomStringConvertible {
    /// A sentence that names the input and what is accepted.
    let description: String

    init(_ sentence: String) {
        self.description = sentence
    }
}
