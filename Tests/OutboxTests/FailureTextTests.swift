import Outbox
import Testing

struct FailureTextTests {
    @Test
    func `a short text stays as it is`() {
        #expect(FailureText.storable("") == "")
        #expect(FailureText.storable("läuft nicht \u{1F600}\n") == "läuft nicht \u{1F600}\n")
    }

    @Test
    func `a long text is cut after 2000 scalars, not bytes and not characters`() {
        let family = "\u{1F468}\u{200D}\u{1F469}"
        let text = FailureText.storable(String(repeating: family, count: 1000))
        #expect(text.unicodeScalars.count == 2000)
        #expect(text.utf8.count > 4000)
        #expect(FailureText.storable(String(repeating: "ü", count: 2000)).unicodeScalars.count == 2000)
    }

    @Test
    func `U+0000 is replaced`() {
        #expect(FailureText.storable("a\0b\0") == "a\u{FFFD}b\u{FFFD}")
    }
}
