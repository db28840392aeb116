import NIOCore
import NIOPosix

/// One connection to the application, in plain text.
struct Conversation {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    /// Connects to a port of this machine for as long as `body` runs.
    static func with(port: Int, _ body: (inout Conversation) async throws -> Void) async throws {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            var conversation = Conversation(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            try await body(&conversation)
        }
    }

    /// Sends a text of scalars below U+0100, each as one byte.
    func say(_ text: String) async throws {
        let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        try await self.outbound.write(ByteBuffer(bytes: bytes))
    }

    /// Waits until what came since the last time ends in a text, and returns it; at the end of the connection what there
    /// is.
    mutating func hear(_ ending: String) async throws -> String {
        var heard = ""
        while !heard.hasSuffix(ending), let part = try await self.inbound.next(isolation: #isolation) {
            heard += String(buffer: part)
        }
        return heard
    }

    /// Waits for the end of the connection and returns what came before it.
    mutating func hearAll() async throws -> String {
        var heard = ""
        do {
            while let part = try await self.inbound.next(isolation: #isolation) { heard += String(buffer: part) }
        } catch {
            // A connection that the other end closes while we still send to it ends in an error.
        }
        return heard
    }

    /// Says a text on a connection of its own, and returns what the application answers until it ends the connection.
    ///
    /// Where its patience is over before the text comes, as on a busy machine, it answers nothing: then the text is said
    /// again.
    static func answer(to text: String, port: Int) async throws -> String {
        var heard = ""
        for _ in 0..<20 where heard.isEmpty {
            try await Self.with(port: port) { peer in
                try? await peer.say(text)
                heard = try await peer.hearAll()
            }
        }
        return heard
    }

    /// The text of a request.
    static func request(
        _ method: String = "POST",
        _ path: String = "/api/internal/outbox/claim",
        token: String = API.token,
        headers: [String] = [],
        body: String = ""
    ) -> String {
        let lines = ["\(method) \(path) HTTP/1.1", "Host: localhost", "Authorization: Bearer \(token)"] + headers
        return (lines + ["", body]).joined(separator: "\r\n")
    }
}
