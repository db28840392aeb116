import ExternalScaler
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import NIOCore
import ServiceLifecycle
import ServiceRuntime

/// The program's gRPC server.
struct ScalerServer: Service {
    let settings: ScalerSettings
    let handler: ScalerHandler
    let logger: Logger

    /// Serves until the process stops; streams that are open end in order.
    ///
    /// - Throws: `ListenError` where the address cannot be had.
    func run() async throws {
        let address = self.settings.address
        let transport = HTTP2ServerTransport.Posix(
            address: try self.socketAddress,
            transportSecurity: self.settings.security,
            config: .defaults { config in
                // A caller that vanished without a word is found out, and so its stream ends.
                config.connection.keepalive.time = .seconds(60)
                config.connection.maxGraceTime = .seconds(5)
                config.http2.maxConcurrentStreams = 100
                config.rpc.maxRequestPayloadSize = 65_536
            }
        )
        let server = GRPCServer(transport: transport, services: [self.handler])
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup { group in
                group.addTask { await self.handler.service.bell.run() }
                group.addTask {
                    // Where the address cannot be had, the server itself says why.
                    guard let bound = try? await transport.listeningAddress else { return }
                    let port = bound.ipv4?.port ?? bound.ipv6?.port ?? address.port
                    let text = "\(bound.ipv4?.host ?? bound.ipv6?.host ?? address.host):\(port)"
                    self.logger.info("Listening for KEDA", metadata: [LogKey.scalerAddress: "\(text)"])
                }
                defer { group.cancelAll() }
                do {
                    try await server.serve()
                } catch let error as RuntimeError where error.code == .serverIsStopped {
                    // Asked to stop before it began.
                } catch let error as RuntimeError {
                    throw ListenError(address: address, reason: "\(error.cause ?? error)")
                }
            }
        } onGracefulShutdown: {
            server.beginGracefulShutdown()
        }
    }

    private var socketAddress: GRPCNIOTransportCore.SocketAddress {
        get throws {
            let (host, port) = (self.settings.address.host, self.settings.address.port)
            do {
                let resolved = try NIOCore.SocketAddress.makeAddressResolvingHost(host, port: port)
                let ip = resolved.ipAddress ?? host
                if case .v6 = resolved { return .ipv6(host: ip, port: port) }
                return .ipv4(host: ip, port: port)
            } catch {
                throw ListenError(address: self.settings.address, reason: "\(error)")
            }
        }
    }
}
