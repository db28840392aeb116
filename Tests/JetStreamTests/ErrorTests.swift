import JetStream
import Testing

struct ErrorTests {
    @Test(arguments: [NATSError.Code.connectionFailed, .connectionClosed, .timeout])
    func `what is about the connection is retryable and means unavailable`(code: NATSError.Code) {
        #expect(NATSError(code, "").isRetryable)
        #expect(NATSError(code, "").isUnavailable)
    }

    @Test(arguments: [NATSError.Code.maximumPayload, .invalidSubject, .invalidConfiguration])
    func `what stays as it is however often it is tried is not retryable`(code: NATSError.Code) {
        #expect(!NATSError(code, "").isRetryable)
        #expect(!NATSError(code, "").isUnavailable)
    }

    @Test
    func `a refusal is retryable unless it is about the message itself`() {
        #expect(NATSError(.refused, "", jetStreamCode: 10077).isRetryable)
        #expect(!NATSError(.refused, "", jetStreamCode: 10054).isRetryable)
        #expect(!NATSError(.refused, "", jetStreamCode: 10077).isUnavailable)
    }

    @Test
    func `the description has the kind, the words and JetStream's code`() {
        let error = NATSError(.refused, "maximum messages exceeded", jetStreamCode: 10077)
        #expect("\(error)" == "NATS: refused by JetStream: maximum messages exceeded (JetStream error 10077)")
        #expect("\(NATSError(.timeout, "slow"))" == "NATS: no answer in time: slow")
    }
}
