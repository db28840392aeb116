import NIOCore
import NIOPosix

/// One connection to the application, in plain text.
struct Conversation {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    /// Connects to a port of this machine for as long as `body` runs.
    static func with(port: Int, _ body: (inout Conversation) async throws -> Void) async throws {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "localhost", port: port) { channel in
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

    /// Waits until what came since the last time ends in a text, and returns it.
    mutating func hear(_ ending: String) async throws -> String {
        var heard = ""
        while !heard.hasSuffix(ending), let part = try await self.inbound.next(isolation: #isolation) {
            heard += String(buffer: part)
        }
        return heard
    }
}
