extension UnsafeBufferPointer<UInt8> {
    /// Returns the length of the UTF-8 sequence at `index`, 1 to 4, or `nil` where none stands there.
    ///
    /// Refused are overlong forms, surrogates, values beyond U+10FFFF and sequences cut short.
    func lengthOfUTF8Sequence(at index: Int) -> Int? {
        let lead = self[index]
        switch lead {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: return self.hasContinuation(1, at: index, second: 0x80...0xBF) ? 2 : nil
        case 0xE0: return self.hasContinuation(2, at: index, second: 0xA0...0xBF) ? 3 : nil
        case 0xED: return self.hasContinuation(2, at: index, second: 0x80...0x9F) ? 3 : nil
        case 0xE1...0xEF: return self.hasContinuation(2, at: index, second: 0x80...0xBF) ? 3 : nil
        case 0xF0: return self.hasContinuation(3, at: index, second: 0x90...0xBF) ? 4 : nil
        case 0xF1...0xF3: return self.hasContinuation(3, at: index, second: 0x80...0xBF) ? 4 : nil
        case 0xF4: return self.hasContinuation(3, at: index, second: 0x80...0x8F) ? 4 : nil
        default: return nil
        }
    }

    /// Returns the first index from `start` on at which no UTF-8 sequence stands, or `nil` if all of it is UTF-8.
    func firstInvalidUTF8(from start: Int) -> Int? {
        var index = start
        while index < self.count {
            guard let length = self.lengthOfUTF8Sequence(at: index) else { return index }
            index += length
        }
        return nil
    }

    @inline(__always)
    private func hasContinuation(_ length: Int, at index: Int, second: ClosedRange<UInt8>) -> Bool {
        guard self.count - index > length, second.contains(self[index + 1]) else { return false }
        for offset in 1..<length where self[index + 1 + offset] & 0xC0 != 0x80 { return false }
        return true
    }
}
