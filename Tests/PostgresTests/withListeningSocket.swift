import Glibc
import Testing

/// Lends the port of a socket that accepts connections, as far as the kernel goes, and says nothing.
///
/// - Parameters:
///   - isFull: Whether the kernel has accepted as many as it does, so that whoever comes now is not answered at all.
///   - body: What is done with the port.
/// - Throws: What `body` throws, or that there was no port.
func withListeningSocket(isFull: Bool = false, _ body: (_ port: Int) async throws -> Void) async throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(listener); close(filler) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            // A backlog of 0 has room for one.
            bind(listener, generic, length) == 0 && getsockname(listener, generic, &length) == 0
                && listen(listener, isFull ? 0 : 8) == 0
                && (!isFull || connect(filler, generic, length) == 0)
        }
    }
    try #require(status)
    try await body(Int(in_port_t(bigEndian: address.sin_port)))
}
