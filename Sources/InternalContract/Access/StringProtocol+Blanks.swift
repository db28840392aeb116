extension StringProtocol where SubSequence == Substring {
    /// The text without white space around it.
    package var trimmingBlanks: Substring {
        guard let first = self.firstIndex(where: { !$0.isWhitespace }),
            let last = self.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return self[first...last]
    }
}
