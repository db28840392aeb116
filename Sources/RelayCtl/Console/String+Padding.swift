extension String {
    /// The text with blanks behind it up to a width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - self.count))
    }

    /// The text with blanks before it up to a width.
    func aligned(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - self.count)) + self
    }
}
