import CLibPQ

/// What a statement returned: rows of text-format cells, and how many rows it changed.
///
/// Sharing is safe because a finished `PGresult` is never changed and libpq's accessors only read it. The memory is
/// libpq's and is freed with the last reference.
package final class QueryResult: Sendable {
    private nonisolated(unsafe) let handle: OpaquePointer

    /// How many rows were returned.
    package let rowCount: Int

    /// Takes over a result, which must be complete and without error.
    init(adopting handle: OpaquePointer) {
        self.handle = handle
        self.rowCount = Int(PQntuples(handle))
    }

    deinit { PQclear(self.handle) }

    /// How many rows an INSERT, UPDATE, DELETE or SELECT touched; 0 for everything else.
    package var affectedRows: Int {
        Int(String(cString: PQcmdTuples(self.handle))) ?? 0
    }

    /// Whether a cell is SQL NULL.
    package func isNull(row: Int, column: Int) -> Bool {
        PQgetisnull(self.handle, Int32(row), Int32(column)) == 1
    }

    /// Lends the bytes of one cell, without a copy; empty for NULL.
    package func withBytes<R: ~Copyable>(
        row: Int,
        column: Int,
        _ body: (UnsafeRawBufferPointer) throws -> R
    ) rethrows -> R {
        let length = Int(PQgetlength(self.handle, Int32(row), Int32(column)))
        return try body(
            UnsafeRawBufferPointer(start: PQgetvalue(self.handle, Int32(row), Int32(column)), count: length)
        )
    }

    /// Returns the text of one cell, or `nil` for NULL.
    package func text(row: Int, column: Int) -> String? {
        guard !self.isNull(row: row, column: column) else { return nil }
        return self.withBytes(row: row, column: column) { String(decoding: $0, as: UTF8.self) }
    }

    /// Returns the integer in one cell, or `nil` for NULL.
    ///
    /// - Throws: ``PostgresError`` where the cell holds something else.
    package func integer(row: Int, column: Int) throws -> Int64? {
        guard !self.isNull(row: row, column: column) else { return nil }
        guard let value = self.withBytes(row: row, column: column, Int64.init(decimal:)) else {
            throw PostgresError(.unexpectedResult, "column \(column) holds no integer")
        }
        return value
    }

    /// Returns the integer in one cell.
    ///
    /// - Throws: ``PostgresError`` where the cell is NULL or holds something else.
    package func requiredInteger(row: Int, column: Int) throws -> Int64 {
        guard let value = try self.integer(row: row, column: column) else {
            throw PostgresError(.unexpectedResult, "column \(column) is NULL")
        }
        return value
    }

    /// Returns the truth value in one cell; NULL counts as false.
    package func boolean(row: Int, column: Int) -> Bool {
        self.text(row: row, column: column) == "t"
    }
}
