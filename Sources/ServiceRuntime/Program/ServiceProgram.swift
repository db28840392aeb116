import Glibc
import Logging
import Metrics
package import ServiceLifecycle
package import Settings
import UnixSignals

/// What each long-running executable does the same way: read settings, log, count, run its services, stop gracefully.
package struct ServiceProgram: Sendable {
    /// How long a graceful stop may take before what is left is cancelled.
    private static let gracefulStop = Duration.seconds(20)
    /// How long what was cancelled may take to end.
    private static let cancellation = Duration.seconds(5)

    private let name: String
    private let summary: String
    private let settings: [any SettingDescription]

    /// Creates a program.
    ///
    /// - Parameters:
    ///   - name: The executable's name.
    ///   - summary: What it does, as a sentence, for `--help`.
    ///   - settings: Its settings beside those of logging.
    package init(name: String, summary: String, settings: [any SettingDescription]) {
        self.name = name
        self.summary = summary
        self.settings = settings + LogSettings.settings
    }

    /// The text of `--help`.
    package var help: HelpScreen {
        HelpScreen(program: self.name, summary: self.summary, settings: self.settings)
    }

    /// Runs the program and ends the process.
    ///
    /// Exit status: 0 after a graceful stop, 1 after a failure, 2 for settings that cannot be used.
    ///
    /// - Parameters:
    ///   - arguments: The command line without the program's name.
    ///   - build: Makes the services, first those that the others need. Connects to nothing.
    package func main(
        _ arguments: [String] = Array(CommandLine.arguments.dropFirst()),
        build: (ServiceContext) throws -> [ServiceGroupConfiguration.ServiceConfiguration]
    ) async -> Never {
        do {
            switch try CommandLineFlags(parsing: arguments, settings: self.settings) {
            case .help: print(self.help)
            case .version: print("\(self.name) \(RelayVersion.current)")
            case .run(let flags): try await self.run(SettingsReader(flags: flags), build)
            }
            exit(0)
        } catch let error as SettingError {
            self.complain("\(error)")
            exit(2)
        } catch {
            self.complain("\(error)")
            exit(1)
        }
    }

    private func run(
        _ settings: SettingsReader,
        _ build: (ServiceContext) throws -> [ServiceGroupConfiguration.ServiceConfiguration]
    ) async throws {
        let logger = try LogSettings(settings).bootstrap(label: self.name)
        let registry = PrometheusCollectorRegistry()
        MetricsSystem.bootstrap(PrometheusMetricsFactory(registry: registry))
        let health = Health(logger: logger)
        let context = ServiceContext(settings: settings, logger: logger, health: health, registry: registry)
        var configuration = ServiceGroupConfiguration(
            services: Self.services(try build(context), health: health),
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = Self.gracefulStop
        configuration.maximumCancellationDuration = Self.cancellation
        logger.info("Starting", metadata: ["version": "\(RelayVersion.current)"])
        try await ServiceGroup(configuration: configuration).run()
        logger.info("Stopped")
    }

    /// A program's services and the notice of its stop.
    ///
    /// A group tells its services to stop one after the other, the last one first, and waits for each.
    static func services(
        _ services: [ServiceGroupConfiguration.ServiceConfiguration],
        health: Health
    ) -> [ServiceGroupConfiguration.ServiceConfiguration] {
        services + [.init(service: StopNotice(health: health))]
    }

    private func complain(_ sentence: String) {
        let line = "\(self.name): \(sentence)\n"
        _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }
}
