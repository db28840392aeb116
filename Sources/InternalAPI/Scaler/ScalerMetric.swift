/// What the external scaler measures, by the names that KEDA calls it.
enum ScalerMetric: String, CaseIterable {
    /// Rows that are due, and rows whose lease ran out.
    case pending = "noetl-outbox-pending"
    /// For how many seconds the one that has waited longest has done so.
    case oldestAge = "noetl-outbox-oldest-age-seconds"
}
