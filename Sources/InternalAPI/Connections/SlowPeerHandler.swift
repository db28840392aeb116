import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// The time a client had for its request is over.
struct RequestTimedOut: Error {}

/// Closes connections whose client takes too long: to send a header, to send a body, to take an answer, or to come with
/// another request.
///
/// The time is that for the whole of each, so that a client which sends or takes a byte now and then gains nothing by
/// it. How long an answer takes to be made is not counted.
final class SlowPeerHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let requestTimeout: TimeAmount
    private let keepAlive: TimeAmount

    private var isReading = false
    private var unanswered = 0
    private var unwritten = 0
    private var deadline: NIODeadline?
    private var timer: (task: Scheduled<Void>, end: NIODeadline)?

    init(requestTimeout: TimeAmount, keepAlive: TimeAmount) {
        self.requestTimeout = requestTimeout
        self.keepAlive = keepAlive
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.wait(self.requestTimeout, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.timer?.task.cancel()
        self.timer = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head:
            self.isReading = true
            self.unanswered += 1
            self.wait(self.requestTimeout, context)
        case .body: break
        case .end:
            self.isReading = false
            if self.unwritten == 0 { self.waitForNext(context) }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch self.unwrapOutboundIn(data) {
        // An interim answer, such as 100 Continue, is not the answer.
        case .head(let head) where head.status.kind != .informational:
            self.unwritten += 1
            self.wait(self.requestTimeout, context)
            context.write(data, promise: promise)
        case .end:
            self.unanswered -= 1
            let written = promise ?? context.eventLoop.makePromise()
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            written.futureResult.whenComplete { _ in
                let (handler, context) = bound.value
                handler.unwritten -= 1
                if handler.unwritten == 0 { handler.waitForNext(context) }
            }
            context.write(data, promise: written)
        default:
            context.write(data, promise: promise)
        }
    }

    /// Counts the time until the next request, unless there is one already.
    private func waitForNext(_ context: ChannelHandlerContext) {
        guard !self.isReading else { return }
        if self.unanswered > 0 { self.deadline = nil } else { self.wait(self.keepAlive, context) }
    }

    private func wait(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        let deadline = NIODeadline.now() + time
        self.deadline = deadline
        if let timer, timer.end <= deadline { return }
        self.timer?.task.cancel()
        self.setTimer(deadline, context)
    }

    /// The timer is left as it is where the deadline moves on, and set again when it finds that it came early.
    private func setTimer(_ end: NIODeadline, _ context: ChannelHandlerContext) {
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: end) {
            self.timer = nil
            guard let deadline = self.deadline else { return }
            if deadline > .now() { self.setTimer(deadline, context) } else { self.giveUp(context) }
        }
        self.timer = (task, end)
    }

    private func giveUp(_ context: ChannelHandlerContext) {
        self.deadline = nil
        // Somebody may be reading the body, and answers then; the connection is closed behind the answer.
        if self.isReading, self.unanswered > 0, self.unwritten == 0 {
            context.pipeline.fireErrorCaught(RequestTimedOut())
            self.wait(self.requestTimeout, context)
            self.isReading = false
        } else {
            context.close(promise: nil)
        }
    }
}
