/// An address that cannot be listened on.
package struct ListenError: Error, Sendable, CustomStringConvertible {
    /// A sentence that names the address.
    package let description: String

    /// Creates an error from the address and what is wrong with it.
    package init(address: ListenAddress, reason: String) {
        self.description = "cannot listen on \(address.host):\(address.port): \(reason)"
    }
}
