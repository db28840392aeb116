import Testing

@testable import RelayCtl

@Suite
struct NumberTextTests {
    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (20_000, "20,000"), (1_234_567, "1,234,567"), (-1000, "-1,000"),
        (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func `digits stand in groups of three`(number: Int, text: String) {
        #expect(number.grouped == text)
    }

    @Test(arguments: [(0.0, "0.0"), (1.25, "1.3"), (1234.96, "1,235.0"), (-0.14, "-0.1"), (.infinity, "inf")])
    func `fractions have one digit`(number: Double, text: String) {
        #expect(number.oneDecimal == text)
    }
}
