@testable import ServiceRuntime

extension PrometheusCollectorRegistry {
    /// The page as text, without the count of conflicts that every registry has.
    var text: String {
        let lines = String(decoding: self.page, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        return lines.filter { !$0.contains("prometheus_registration_conflicts_total") }.joined(separator: "\n")
    }

    /// The number of registrations that did not fit.
    var conflictCount: Double? {
        get throws { try self.exposition.value("prometheus_registration_conflicts_total") }
    }

    /// The page, read back.
    var exposition: Exposition {
        get throws { try Exposition(self.page) }
    }

    /// The page.
    var page: [UInt8] {
        var page: [UInt8] = []
        self.emit(into: &page)
        return page
    }
}
