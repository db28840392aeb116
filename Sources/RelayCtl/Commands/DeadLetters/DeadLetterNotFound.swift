/// Dead letters that were named and are not there.
struct DeadLetterNotFound: Error, CustomStringConvertible {
    let ids: [Int64]

    var description: String {
        let names = self.ids.map(String.init).joined(separator: ", ")
        return "There is no dead letter \(names); it was redriven or discarded, or has never been there."
    }
}
