import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Answers what is not HTTP, or has too long a header, and closes the connection.
///
/// Where a request is under way already, whoever reads its body gets the error and answers; the connection is closed
/// behind that answer, because nobody knows where the next request begins.
final class BrokenRequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var unanswered = 0
    private var isBroken = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = self.unwrapInboundIn(data) { self.unanswered += 1 }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = self.unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        self.unanswered -= 1
        guard self.isBroken, self.unanswered == 0 else { return context.write(data, promise: promise) }
        context.writeAndFlush(data, promise: promise)
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !self.isBroken else { return }
        switch error {
        case HTTPParserError.headerOverflow where self.unanswered == 0:
            self.isBroken = true
            let status = HTTPResponse.Status.requestHeaderFieldsTooLarge
            context.answerAndClose(Refusal(status, "The header of the request is too long."))
        case is HTTPParserError where self.unanswered == 0:
            self.isBroken = true
            context.answerAndClose(Refusal(.badRequest, "The request is not valid HTTP."))
        default:
            self.isBroken = true
            context.fireErrorCaught(error)
        }
    }
}
