import Testing

@testable import ServiceRuntime

@Suite
struct ProcessCollectorTests {
    @Test(.enabled(if: LinuxProcess.bootTime != nil, "needs Linux"))
    func `the six standard metrics are there and plausible`() throws {
        var page: [UInt8] = []
        ProcessCollector().emit(into: &page)
        let exposition = try Exposition(page)
        #expect(
            exposition.families.map(\.name) == [
                "process_cpu_seconds_total", "process_max_fds", "process_open_fds", "process_resident_memory_bytes",
                "process_start_time_seconds", "process_virtual_memory_bytes",
            ]
        )
        #expect(exposition.families.map(\.type) == ["counter", "gauge", "gauge", "gauge", "gauge", "gauge"])
        #expect(exposition.families.allSatisfy { $0.help != nil && $0.samples.count == 1 })

        let resident = try #require(exposition.value("process_resident_memory_bytes"))
        let virtual = try #require(exposition.value("process_virtual_memory_bytes"))
        let open = try #require(exposition.value("process_open_fds"))
        let limit = try #require(exposition.value("process_max_fds"))
        #expect(resident > 1_000_000)
        #expect(virtual > resident)
        #expect(open >= 3)
        #expect(limit >= open)
        #expect(try #require(exposition.value("process_cpu_seconds_total")) >= 0)
    }

    @Test(.enabled(if: LinuxProcess.bootTime != nil, "needs Linux"))
    func `the process started after the system and does not wander`() throws {
        let collector = ProcessCollector()
        let starts = try (0..<3)
            .map { _ in
                var page: [UInt8] = []
                collector.emit(into: &page)
                return try #require(Exposition(page).value("process_start_time_seconds"))
            }
        #expect(Set(starts).count == 1)
        #expect(try starts[0] > #require(LinuxProcess.bootTime))
    }

    @Test
    func `the page follows that of a registry`() throws {
        let registry = PrometheusCollectorRegistry()
        registry.makeGauge(name: "a").set(to: 1)
        var page = registry.page
        ProcessCollector().emit(into: &page)
        #expect(try Exposition(page).value("a") == 1)
    }

    @Test
    func `fields are found behind a name of any kind`() throws {
        let tail = "S 1 2 3 0 -1 4 5 6 7 8 100 23 0 0 20 0 1 0 126673 3133440 384 18446744073709551615 1 2"
        let stat = try #require(ProcessStat(Array("10252 (a) S 1 (b) \(tail)\n".utf8)))
        #expect(stat.processorTicks == 123)
        #expect(stat.startTicks == 126673)
        #expect(stat.virtualBytes == 3_133_440)
        #expect(stat.residentPages == 384)
    }

    @Test(arguments: [
        "", "1 (a)", "1 (a) S 1 2", "no parentheses", "1 (a) S 1 2 3 0 -1 4 5 6 7 8 x 23 0 0 20 0 1 0 1 2 3",
    ])
    func `a line of another shape is not guessed at`(line: String) {
        #expect(ProcessStat(Array(line.utf8)) == nil)
    }
}
