import Glibc
import Testing

/// Lends the port of a socket that accepts connections, as far as the kernel goes, and says nothing.
func withListeningSocket(_ body: (_ port: Int) async throws -> Void) async throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
        }
    }
    try #require(status && listen(descriptor, 8) == 0)
    try await body(Int(in_port_t(bigEndian: address.sin_port)))
}
