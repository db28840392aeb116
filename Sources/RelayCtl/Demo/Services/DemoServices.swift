import AsyncHTTPClient
import Glibc
import InternalContract
import LocalServers
import NIOCore
import NIOHTTP1
import SystemPackage

/// The three services of a demo, running.
struct DemoServices: Sendable {
    private static let readyLimit = Duration.seconds(30)
    private static let stopLimit = Duration.seconds(10)

    /// Where they listen, and what they were told.
    let environment: ServiceEnvironment

    private let processes: [ServiceProcess]

    /// Starts the services from the folder this program is in.
    ///
    /// - Parameters:
    ///   - servers: The servers to use.
    ///   - logs: The folder for their logs.
    /// - Throws: ``DemoError`` where an executable is missing; `LocalServerError` where no port is free.
    init(servers: DemoServers, logs: LogFolder) throws {
        let folder = try Self.ownFolder()
        var ports: [ServiceName: Int] = [:]
        for service in ServiceName.allCases {
            guard access(folder.appending(service.rawValue).string, X_OK) == 0 else {
                throw DemoError("\(service.rawValue) is not in \(folder), where relayctl is; build all products first.")
            }
            ports[service] = try FreePort.find()
        }
        let environment = ServiceEnvironment(servers: servers, ports: ports, token: .randomHex(digits: 32))
        self.environment = environment
        self.processes = ServiceName.allCases.map { service in
            ServiceProcess(service, in: folder, environment: environment.variables(of: service), logs: logs)
        }
    }

    /// Returns once each service says that it is ready.
    ///
    /// - Throws: ``DemoError`` where one ends, or is not ready in time; `CancellationError`.
    func waitUntilReady() async throws {
        let deadline = ContinuousClock.now + Self.readyLimit
        for process in self.processes {
            while await !self.isReady(process) {
                try self.checkRunning()
                guard .now < deadline else { throw Self.fault(process, "was not ready within \(Self.readyLimit)") }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// Returns when a service has ended.
    ///
    /// - Throws: ``DemoError``, which says so; `CancellationError`.
    func watch() async throws -> Never {
        while true {
            try self.checkRunning()
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Stops all services that run, at a time.
    ///
    /// - Returns: A sentence for each that did not end in time with status 0.
    func stop() async -> [String] {
        await withTaskGroup(of: String?.self) { group in
            for process in self.processes { group.addTask { await process.stop(within: Self.stopLimit) } }
            return await group.reduce(into: []) { faults, fault in
                if let fault { faults.append(fault) }
            }
        }
    }

    /// Asks internal-api for the number of rows that wait.
    ///
    /// - Throws: `InternalAPIError`.
    func pendingCount() async throws -> Int64 {
        let tokens = AccessTokenSource(AccessTokens(parsing: self.environment.token))
        let configuration = InternalAPIConfiguration(url: self.environment.url(of: .api), tokens: tokens)
        return try await InternalAPIClient(configuration).pendingCount()
    }

    private func isReady(_ process: ServiceProcess) async -> Bool {
        let request = HTTPClientRequest(url: self.environment.url(of: process.name) + "/readyz")
        let response = try? await HTTPClient.shared.execute(request, timeout: .seconds(2))
        return response?.status == .ok
    }

    /// Checks that none has ended.
    ///
    /// - Throws: ``DemoError``, which says which has.
    func checkRunning() throws {
        for process in self.processes {
            if let ending = process.ending { throw Self.fault(process, "ended unexpectedly (\(ending.description))") }
        }
    }

    private static func fault(_ process: ServiceProcess, _ what: String) -> DemoError {
        DemoError("\(process.name.rawValue) \(what); the end of its log \(process.log):\n\(process.lastLines)")
    }

    private static func ownFolder() throws -> FilePath {
        let path = try withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
            guard let memory = buffer.baseAddress, case let count = readlink("/proc/self/exe", memory, buffer.count),
                count > 0
            else { throw Errno(rawValue: errno) }
            return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        return FilePath(path).removingLastComponent()
    }
}
