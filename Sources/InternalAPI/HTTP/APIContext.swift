import Hummingbird
import NIOCore

/// What handlers know of a request besides the request.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The connection the request came on.
    let channel: any Channel
    /// What is found out about it on the way, for its line in the log.
    let facts = RequestFacts()

    init(source: ApplicationRequestContextSource) {
        self.coreContext = CoreRequestContextStorage(source: source)
        self.channel = source.channel
    }
}
