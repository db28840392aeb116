import HTTPTypes
import SystemPackage
import TestSupport
import Testing

@testable import InternalAPI

@Suite(.scratchDatabase, .timeLimit(.minutes(10)))
struct TokenRotationTests {
    @Test func `a token that is put into the file counts from the next request on, and one taken out no more`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let path = folder.appending("tokens")
            try Self.write("token-a", to: path)
            let settings = ["NOETL_INTERNAL_API_TOKEN": "", "NOETL_INTERNAL_API_TOKEN_FILE": path.string]
            let log = try await API.with(settings: settings) { api in
                #expect(try await Self.statuses(api) == [200, 403])
                try Self.write("token-a\ntoken-b\n", to: path)
                #expect(try await Self.statuses(api) == [200, 200])
                try Self.write("token-b, ", to: path)
                #expect(try await Self.statuses(api) == [403, 200])
                try Self.write("\n", to: path)
                #expect(try await Self.statuses(api) == [503, 503])
            }
            #expect(log.count { $0.contains("Read the access tokens again") } == 3)
            #expect(!log.contains(where: { $0.contains("token-b") }))
        }
    }

    private static func statuses(_ api: API) async throws -> [Int] {
        var statuses: [Int] = []
        for token in ["token-a", "token-b"] {
            let headers: HTTPFields = [.authorization: "Bearer \(token)"]
            statuses.append(try await api.send(.get, Endpoint.pendingCount.path, headers: headers).status)
        }
        return statuses
    }

    private static func write(_ text: String, to path: FilePath) throws {
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .truncate],
            permissions: .ownerReadWrite
        )
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
    }
}
