import Glibc

/// Finds ports of 127.0.0.1 nobody listens on.
package enum FreePort {
    /// Below 32768, where Linux begins to take ports for outgoing connections.
    ///
    /// A port from there could be taken by any client while its server is stopped; a client that tries to reconnect
    /// to it can even be given that very port and so be connected to itself.
    private static let candidates = 15_000..<32_768

    /// Returns a port that was free a moment ago; whoever binds it must be ready to find it taken.
    ///
    /// - Throws: ``LocalServerError/noFreePort``.
    package static func find() throws(LocalServerError) -> Int {
        for _ in 1...100 {
            let port = Int.random(in: self.candidates)
            if self.canBind(port) { return port }
        }
        throw .noFreePort
    }

    private static func canBind(_ port: Int) -> Bool {
        // Closed on exec, so that no child started meanwhile on another thread keeps the port.
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
