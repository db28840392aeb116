import Synchronization

/// Holds collectors by name and labels, and writes them for Prometheus to scrape.
///
/// May be used from any thread. The same name and labels give the same collector. Names that the format forbids are made
/// legal first: each illegal character becomes an underscore. Nothing that is registered can stop the process or spoil
/// the output: a registration that does not fit is a *conflict*, answered with a detached collector that works but is
/// never written, and counted in `prometheus_registration_conflicts_total`. These are conflicts:
///
/// - the name is taken by another type (duration and value histograms are two types);
/// - the samples of a histogram (`_bucket`, `_sum`, `_count`) would meet another family of that name;
/// - the family has other buckets. It keeps those of its first histogram, and this new one, alone among conflicts, is
///   written all the same, with the buckets of the family.
package final class PrometheusCollectorRegistry: Sendable {
    private let families: Mutex<[String: PrometheusFamily]>
    private let conflicts: PrometheusCounter

    /// Creates a registry that holds only its count of conflicts.
    package init() {
        let conflicts = PrometheusCounter(name: "prometheus_registration_conflicts_total", labels: .none)
        let family = PrometheusFamily(
            name: conflicts.name,
            collectorType: PrometheusCounter.self,
            help: "Metrics registered under a name that another type or other buckets already had.",
            members: [conflicts.labels: conflicts]
        )
        self.conflicts = conflicts
        self.families = Mutex([family.name: family])
    }

    /// Appends everything in the text exposition format 0.0.4, ordered by name and then by labels.
    ///
    /// Serve it as `text/plain; version=0.0.4; charset=utf-8`. Each collector is read at one moment, not all of them at
    /// the same one.
    package func emit(into buffer: inout [UInt8]) {
        let families = self.families.withLock { $0 }
        for family in families.values.sorted(by: { $0.name < $1.name }) {
            family.write(into: &buffer)
        }
    }

    /// Returns the collector of this name and these labels, which `make` creates if there is none yet.
    ///
    /// - Parameters:
    ///   - name: The name of the family, in any spelling.
    ///   - labels: The labels that tell this collector from its siblings.
    ///   - help: Used if the family has no help yet.
    ///   - make: Creates the collector from the legal name and, if the family has one, a sibling.
    /// - Returns: A registered collector, or in a conflict a detached one.
    func register<Collector: PrometheusCollector>(
        name: String,
        labels: PrometheusLabels,
        help: String,
        make: (_ name: String, _ sibling: Collector?) -> Collector
    ) -> Collector {
        let name = PrometheusName.metric(name)
        return self.families.withLock { families in
            if families[name] == nil, !Self.isTaken(name, for: Collector.type, in: families) {
                families[name] = PrometheusFamily(name: name, collectorType: Collector.self)
            }
            guard let family = families[name], family.collectorType == Collector.self else {
                self.countConflict()
                return make(name, nil)
            }
            if family.help.isEmpty, !help.isEmpty {
                families[name]?.help = help
            }
            if let known = family.members[labels] as? Collector {
                return known
            }
            let collector = make(name, family.members.values.first as? Collector)
            families[name]?.members[labels] = collector
            return collector
        }
    }

    /// Removes exactly this collector; one that is detached or already removed is left alone.
    func unregister(_ collector: some PrometheusCollector) {
        self.families.withLock { families in
            guard families[collector.name]?.members[collector.labels] === collector else { return }
            families[collector.name]?.members[collector.labels] = nil
            if families[collector.name]?.members.isEmpty == true {
                families[collector.name] = nil
            }
        }
    }

    func countConflict() {
        self.conflicts.increment()
    }

    private static func isTaken(
        _ name: String,
        for type: PrometheusMetricType,
        in families: [String: PrometheusFamily]
    ) -> Bool {
        if type.sampleSuffixes.contains(where: { families[name + $0] != nil }) {
            return true
        }
        return PrometheusMetricType.allCases.contains { other in
            other.sampleSuffixes.contains { suffix in
                name.hasSuffix(suffix) && families[String(name.dropLast(suffix.count))]?.collectorType.type == other
            }
        }
    }
}
