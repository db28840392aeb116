import Schema
import Testing

struct QuarterTests {
    @Test(
        arguments: [
            // year, quarter, days from 2024-01-01 to its first
            (2024, 1, 0), (2024, 2, 91), (2024, 3, 182), (2024, 4, 274), (2025, 1, 366), (2025, 2, 456), (2026, 1, 731),
            (2028, 1, 1461), (2028, 2, 1552), (2029, 1, 1827), (2058, 1, 12419), (2023, 4, -92),
        ] as [(Int, Int, Int64)]
    )
    func `the lowest id is the milliseconds since 2024 without node and sequence`(year: Int, number: Int, days: Int64) {
        #expect(Quarter(year: year, number: number).lowestID == days * 86_400_000 * 8_388_608)
    }

    @Test
    func `every month belongs to its quarter`() {
        let quarters = (1...12).map { Quarter(year: 2025, month: $0).number }
        #expect(quarters == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])
    }

    @Test
    func `quarters follow each other without a gap, in order, for as long as ids fit`() {
        var quarter = Quarter(year: 2024, number: 1)
        while quarter.year < 2058 {
            let next = quarter.next
            #expect(next > quarter)
            let days = (next.lowestID - quarter.lowestID) / (86_400_000 << 23)
            #expect((90...92).contains(days))
            quarter = next
        }
        #expect(quarter == Quarter(year: 2058, number: 1))
    }

    @Test
    func `a partition is named after its quarter`() {
        #expect(Quarter(year: 2026, number: 3).partitionName == "event_2026_q3")
    }
}
