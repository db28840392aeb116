/// A statement's parameters in the form libpq takes them.
///
/// All travel in binary format with their types stated, so that the server never guesses one.
struct ParameterBinding {
    let types: [UInt32]
    private let values: [[UInt8]?]

    init(_ parameters: [PostgresParameter]) {
        self.types = parameters.map(\.typeOID)
        self.values = parameters.map(\.encoded)
    }

    var count: Int32 { Int32(self.values.count) }
    var lengths: [Int32] { self.values.map { Int32(truncatingIfNeeded: $0?.count ?? 0) } }
    var formats: [Int32] { Array(repeating: 1, count: self.values.count) }

    /// The longest value in bytes: libpq counts a parameter's length in an `int`, and the server takes 1 GB at most.
    var longestValue: Int { self.values.map { $0?.count ?? 0 }.max() ?? 0 }

    /// Lends one pointer per parameter, null for NULL, for as long as the call lasts.
    func withPointers<R>(_ body: ([UnsafePointer<CChar>?]) throws -> R) rethrows -> R {
        var pointers: [UnsafePointer<CChar>?] = []
        pointers.reserveCapacity(self.values.count)
        return try self.lend(self.values[...], pointers: &pointers, to: body)
    }

    private func lend<R>(
        _ values: ArraySlice<[UInt8]?>,
        pointers: inout [UnsafePointer<CChar>?],
        to body: ([UnsafePointer<CChar>?]) throws -> R
    ) rethrows -> R {
        guard let value = values.first else { return try body(pointers) }
        guard let value else {
            pointers.append(nil)
            return try self.lend(values.dropFirst(), pointers: &pointers, to: body)
        }
        // A null pointer would mean NULL, and an empty array may have no address: an empty value borrows one.
        return try (value.isEmpty ? [0] : value).withUnsafeBytes { bytes in
            pointers.append(bytes.baseAddress?.assumingMemoryBound(to: CChar.self))
            return try self.lend(values.dropFirst(), pointers: &pointers, to: body)
        }
    }
}
