/// The form of a NATS server's URL.
enum NATSURL {
    /// Whether libnats can connect to such a URL: `[nats|tls]://[user[:password]@]host[:port]`.
    static func isUsable(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["nats", "tls"].contains(parts[0].lowercased()) else { return false }
        let address = parts[1].split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        guard !address.contains(where: { $0.isWhitespace || $0 == "/" }) else { return false }
        guard let colon = address.lastIndex(of: ":"), address[colon...].last != "]" else { return !address.isEmpty }
        let port = Int(address[address.index(after: colon)...])
        return colon > address.startIndex && port.map { (1...65535).contains($0) } == true
    }
}
