import NIOCore
import NIOPosix

/// A client of NATS that never answers the server's pings.
package enum DeafClient {
    /// Connects, and returns when the server has ended the connection.
    ///
    /// - Parameter port: The server's port on 127.0.0.1.
    /// - Throws: What goes wrong with the connection.
    package static func run(port: Int) async throws {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: "CONNECT {\"verbose\":false}\r\nPING\r\n"))
            for try await _ in inbound {}
        }
    }
}
