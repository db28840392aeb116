import HummingbirdCore
import NIOCore
import Waiting

/// What one client may take of the server.
struct ConnectionLimits: Sendable {
    /// Connections beyond this many are told to come back later.
    let maximumConnections: Int
    /// The longest header of a request, all fields together, in bytes.
    let maximumHeaderBytes: Int
    /// How long a client may take to send a request, and to take its answer.
    let requestTimeout: Duration
    /// How long a connection is kept for another request.
    let keepAlive: Duration

    /// Connections that are accepted beyond the limit, to be told so, or to be asked by the platform how we are.
    private static let spareConnections = 64

    /// The connections that the system is asked for; others wait in its queue, which is bounded too.
    var acceptedConnections: Int { self.maximumConnections + Self.spareConnections }

    /// A server of HTTP/1.1 within these limits.
    ///
    /// - Parameter connections: Counts the connections.
    /// - Returns: What an application makes its server with.
    func server(_ connections: ConnectionCount) -> HTTPServerBuilder {
        .http1(
            configuration: .init(
                additionalChannelHandlers: [
                    AdmissionHandler(connections, maximum: self.maximumConnections),
                    BrokenRequestHandler(),
                    SlowPeerHandler(
                        requestTimeout: .nanoseconds(self.requestTimeout.wholeNanoseconds),
                        keepAlive: .nanoseconds(self.keepAlive.wholeNanoseconds)
                    ),
                ],
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: self.maximumHeaderBytes,
                    maxHeaderListSize: self.maximumHeaderBytes,
                    maxHeaderFieldCount: 100
                )
            )
        )
    }
}
