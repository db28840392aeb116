import InternalContract
import Testing

struct TraceContextTests {
    private static let id = "0af7651916cd43dd8448eb211c80319c"

    @Test(arguments: ["00-\(Self.id)-b7ad6b7169203331-01", "01-\(Self.id)-b7ad6b7169203331-01-more"])
    func `a trace context is read`(parent: String) {
        #expect(TraceContext(parent: parent)?.traceID == Self.id[...])
    }

    @Test(arguments: [
        "", "00", "00-\(Self.id)-b7ad6b7169203331", "00-\(Self.id)-b7ad6b7169203331-01-more",
        "ff-\(Self.id)-b7ad6b7169203331-01", "00-\(Self.id.uppercased())-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-\(Self.id)-0000000000000000-01",
        "00-\(Self.id)-b7ad6b7169203331-0x", "0-\(Self.id)-b7ad6b7169203331-01",
    ])
    func `what is none is not passed on`(parent: String) {
        #expect(TraceContext(parent: parent) == nil)
    }
}
