import NIOCore
import NIOPosix
import Synchronization

/// A server that does to each request what it was told, and remembers what it got.
package struct ScriptedServer: Sendable {
    /// What it does to a request.
    package enum Deed: Sendable {
        /// Answers with a status line's end, header lines and a body.
        case answer(String, headers: [String] = [], body: String)
        /// Closes the connection without a word.
        case hangUp
        /// Keeps the connection and says nothing.
        case ignore
    }

    private final class State: Sendable {
        let deed: @Sendable (_ request: String) -> Deed
        let requests = Mutex<[String]>([])

        init(_ deed: @escaping @Sendable (_ request: String) -> Deed) {
            self.deed = deed
        }
    }

    /// Where it listens.
    package let url: String
    private let state: State

    /// What it got: each request's head and body as text.
    package var requests: [String] { self.state.requests.withLock { $0 } }

    /// Runs a server for as long as `body` does.
    ///
    /// - Parameters:
    ///   - deeds: What to do to each request; the last for all that follow.
    ///   - body: The test.
    /// - Throws: What the test throws.
    package static func with(_ deeds: [Deed], _ body: (ScriptedServer) async throws -> Void) async throws {
        let deeds = Mutex(deeds)
        try await Self.with({ _ in deeds.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }, body)
    }

    /// Runs a server for as long as `body` does.
    ///
    /// - Parameters:
    ///   - deed: What to do to a request, given its head and body.
    ///   - body: The test.
    /// - Throws: What the test throws.
    package static func with(
        _ deed: @escaping @Sendable (_ request: String) -> Deed,
        _ body: (ScriptedServer) async throws -> Void
    ) async throws {
        let state = State(deed)
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let port = listener.channel.localAddress?.port ?? 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await listener.executeThenClose { connections in
                    try await withThrowingDiscardingTaskGroup { peers in
                        for try await connection in connections {
                            peers.addTask { try? await Self.serve(connection, state) }
                        }
                    }
                }
            }
            try await body(ScriptedServer(url: "http://127.0.0.1:\(port)", state: state))
            group.cancelAll()
        }
    }

    private static func serve(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ state: State) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var received = ""
            for try await part in inbound {
                received += String(buffer: part)
                guard Self.isWhole(received) else { continue }
                let request = received
                received = ""
                state.requests.withLock { $0.append(request) }
                switch state.deed(request) {
                case .answer(let status, let headers, let body):
                    let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers + ["", body]
                    try await outbound.write(ByteBuffer(string: lines.joined(separator: "\r\n")))
                case .hangUp: return
                case .ignore: continue
                }
            }
        }
    }

    private static func isWhole(_ text: String) -> Bool {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return false }
        let length = text.firstMatch(of: /(?i)content-length: (\d+)/).flatMap { Int($0.output.1) } ?? 0
        return text[end.upperBound...].utf8.count >= length
    }
}
