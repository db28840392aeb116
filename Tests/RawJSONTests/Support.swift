import RawJSON

/// Parses text down to a depth that no test goes below by accident.
func parse(_ text: String, indexingDepth: Int = 20) throws -> JSONValue {
    try JSONDocument(parsing: Array(text.utf8), indexingDepth: indexingDepth).root
}

/// Returns the fault of a text, or `nil` if it is accepted.
func fault(of bytes: some Sequence<UInt8>, maximumDepth: Int = 1000) -> JSONError? {
    do throws(JSONError) {
        _ = try JSONDocument(parsing: Array(bytes), indexingDepth: 2, maximumDepth: maximumDepth)
        return nil
    } catch {
        return error
    }
}

/// A generator whose numbers follow from its seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    // SplitMix64.
    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var word = self.state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
