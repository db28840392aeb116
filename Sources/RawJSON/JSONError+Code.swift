extension JSONError {
    /// The kinds of faults; more may come, so a switch over them needs a default.
    package struct Code: Hashable, Sendable {
        private enum Fault {
            case empty, unexpectedEnd, invalidSyntax, invalidUTF8, depthExceeded, trailingBytes, tooLarge
        }

        private let fault: Fault

        /// There is no value, only blanks or nothing at all.
        package static let empty = Self(fault: .empty)
        /// The text ends inside its value.
        package static let unexpectedEnd = Self(fault: .unexpectedEnd)
        /// A byte stands where the grammar does not allow it.
        package static let invalidSyntax = Self(fault: .invalidSyntax)
        /// The bytes are not UTF-8.
        ///
        /// This goes before every other fault, wherever in the text it is: bytes that are no text cannot be judged
        /// as JSON.
        package static let invalidUTF8 = Self(fault: .invalidUTF8)
        /// Arrays and objects lie deeper within one another than allowed.
        package static let depthExceeded = Self(fault: .depthExceeded)
        /// Something follows the value.
        package static let trailingBytes = Self(fault: .trailingBytes)
        /// The text is 4 GiB or longer.
        package static let tooLarge = Self(fault: .tooLarge)

        var sentence: String {
            switch self.fault {
            case .empty: "The text holds no JSON value."
            case .unexpectedEnd: "The JSON text ends inside its value."
            case .invalidSyntax: "The text is not valid JSON."
            case .invalidUTF8: "The text is not valid UTF-8."
            case .depthExceeded: "The JSON text is nested too deep."
            case .trailingBytes: "Something follows the JSON value."
            case .tooLarge: "The JSON text is too large."
            }
        }
    }
}
