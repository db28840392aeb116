import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Counts a connection, and where there are too many answers its first request with 503 and closes it.
///
/// Probes are answered all the same, so that a server which has all the callers it can take is not killed for it.
final class AdmissionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum State {
        case uncounted
        case admitted
        /// One too many; a probe may still be asked.
        case surplus
        /// Answered by us: what comes is thrown away.
        case refused
    }

    private let connections: ConnectionCount
    private let maximum: Int
    private var state = State.uncounted

    init(_ connections: ConnectionCount, maximum: Int) {
        self.connections = connections
        self.maximum = maximum
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.state = self.connections.add() > self.maximum ? .surplus : .admitted
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.connections.remove()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.state {
        case .refused: return
        case .surplus:
            guard case .head(let head) = self.unwrapInboundIn(data), !Self.isProbe(head) else { break }
            self.state = .refused
            self.connections.refuse()
            context.answerAndClose(.later("The server has as many connections as it can take."))
            return
        case .uncounted, .admitted: break
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let isEnd = if case .end = self.unwrapOutboundIn(data) { true } else { false }
        guard isEnd, self.state == .surplus else { return context.write(data, promise: promise) }
        context.writeAndFlush(data, promise: promise)
        context.close(promise: nil)
    }

    private static func isProbe(_ head: HTTPRequest) -> Bool {
        let path = head.path?.prefix { $0 != "?" } ?? ""
        return Endpoint(path: String(path))?.isProbe == true
    }
}
