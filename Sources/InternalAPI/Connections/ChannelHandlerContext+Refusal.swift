import HTTPTypes
import NIOCore
import NIOHTTPTypes

extension ChannelHandlerContext {
    /// Answers a request that nobody else gets to see, and closes the connection.
    func answerAndClose(_ refusal: Refusal) {
        var head = refusal.head
        head.headerFields[.connection] = "close"
        self.write(NIOAny(HTTPResponsePart.head(head)), promise: nil)
        self.write(NIOAny(HTTPResponsePart.body(ByteBuffer(bytes: refusal.json))), promise: nil)
        self.writeAndFlush(NIOAny(HTTPResponsePart.end(nil)), promise: nil)
        self.close(promise: nil)
    }
}
