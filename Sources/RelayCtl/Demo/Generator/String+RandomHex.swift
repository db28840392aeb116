extension String {
    /// Random hexadecimal digits from the system's generator, which is fit for secrets.
    static func randomHex(digits: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<digits).map { _ in "0123456789abcdef".randomElement(using: &generator) ?? "0" })
    }
}
