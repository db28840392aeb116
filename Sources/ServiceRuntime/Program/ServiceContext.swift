package import Logging
package import Settings

/// What a program's parts are made from.
package struct ServiceContext: Sendable {
    /// The program's settings.
    package let settings: SettingsReader
    /// The program's logger.
    package let logger: Logger
    /// The program's health.
    package let health: Health
    /// Where its metrics are collected.
    package let registry: PrometheusCollectorRegistry
}
