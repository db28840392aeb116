/// A one-dimensional array parameter, built element by element in PostgreSQL's binary format.
///
/// A batch of rows travels as one array per column. Building the bytes the server reads, instead of Swift arrays that
/// are encoded later, leaves one append per cell and nothing to convert.
///
/// The format is that of `array_recv` in PostgreSQL's `arrayfuncs.c`: number of dimensions, null flag, element type,
/// then length and lower bound of the dimension, each of 32 bits, then each element as its length (-1 for NULL) and its
/// bytes.
package struct PostgresArray: Sendable {
    /// The type of an array's elements.
    package enum Element: Sendable {
        /// `bigint`.
        case integer
        /// `double precision`.
        case double
        /// `text`.
        case text
        /// `timestamp` without time zone.
        case timestamp
        /// `bytea`.
        case bytes

        fileprivate var typeOID: UInt32 {
            switch self {
            case .bytes: 17
            case .integer: 20
            case .text: 25
            case .double: 701
            case .timestamp: 1114
            }
        }

        fileprivate var arrayTypeOID: UInt32 {
            switch self {
            case .bytes: 1001
            case .integer: 1016
            case .text: 1009
            case .double: 1022
            case .timestamp: 1115
            }
        }
    }

    private static let flagsOffset = 4
    private static let countOffset = 12

    /// The array so far, always complete.
    private(set) var encoded: [UInt8]
    private let element: Element

    /// How many elements there are, NULLs included.
    package private(set) var count = 0

    /// Creates an empty array.
    ///
    /// - Parameters:
    ///   - element: The type of its elements.
    ///   - bytes: How many bytes to make room for.
    package init(of element: Element, reserving bytes: Int = 0) {
        self.element = element
        self.encoded = []
        self.encoded.reserveCapacity(20 + bytes)
        for field in [1, 0, element.typeOID, 0, 1] as [UInt32] {
            self.encoded.append(contentsOf: field.bigEndianBytes)
        }
    }

    var typeOID: UInt32 { self.element.arrayTypeOID }

    /// Makes room for so many elements in all, a tenth longer than those that are there.
    package mutating func reserve(_ count: Int) {
        self.encoded.reserveCapacity(self.encoded.count * count / max(1, self.count) * 11 / 10)
    }

    /// Appends NULL.
    package mutating func appendNull() {
        self.appendWord(UInt32.max)
        self.encoded[Self.flagsOffset + 3] = 1
        self.countOneMore()
    }

    /// Appends NULL until there are so many elements.
    package mutating func appendNulls(upTo count: Int) {
        while self.count < count { self.appendNull() }
    }

    /// Appends an integer, or NULL for `nil`.
    ///
    /// For `timestamp` these are microseconds since 2000-01-01.
    package mutating func append(_ value: Int64?) {
        guard let value else { return self.appendNull() }
        self.appendWord(8)
        withUnsafeBytes(of: value.bigEndian) { self.encoded.append(contentsOf: $0) }
        self.countOneMore()
    }

    /// Appends a floating-point number, or NULL for `nil`.
    package mutating func append(_ value: Double?) {
        self.append(value.map { Int64(bitPattern: $0.bitPattern) })
    }

    /// Appends a `bytea`.
    package mutating func append(bytes: UnsafeRawBufferPointer) {
        self.appendWord(UInt32(truncatingIfNeeded: bytes.count))
        self.encoded.append(contentsOf: bytes)
        self.countOneMore()
    }

    /// Appends a text given as UTF-8 without U+0000, which no PostgreSQL text can hold.
    package mutating func append(utf8 text: UnsafeBufferPointer<UInt8>) {
        self.appendWord(UInt32(truncatingIfNeeded: text.count))
        self.encoded.append(contentsOf: text)
        self.countOneMore()
    }

    /// Appends a text, or NULL for `nil`.
    package mutating func append(_ text: String?) {
        guard var text else { return self.appendNull() }
        text.withUTF8 { self.append(utf8: $0) }
    }

    private mutating func countOneMore() {
        self.count += 1
        let count = UInt32(truncatingIfNeeded: self.count).bigEndian
        self.encoded.withUnsafeMutableBytes {
            $0.storeBytes(of: count, toByteOffset: Self.countOffset, as: UInt32.self)
        }
    }

    private mutating func appendWord(_ word: UInt32) {
        withUnsafeBytes(of: word.bigEndian) { self.encoded.append(contentsOf: $0) }
    }
}

extension PostgresArray {
    /// A `bigint[]` of these integers.
    package init(_ integers: some Collection<Int64>) {
        self.init(of: .integer, reserving: integers.count * 12)
        for integer in integers { self.append(integer) }
    }
}
