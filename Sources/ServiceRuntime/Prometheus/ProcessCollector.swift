/// Writes the standard `process_*` metrics of this process.
///
/// | name | type | meaning |
/// | --- | --- | --- |
/// | `process_cpu_seconds_total` | counter | processor time in user and kernel mode, seconds |
/// | `process_max_fds` | gauge | soft limit of file descriptors; 2^64 − 1 if there is none |
/// | `process_open_fds` | gauge | file descriptors in use |
/// | `process_resident_memory_bytes` | gauge | memory in RAM |
/// | `process_start_time_seconds` | gauge | start of the process, seconds since 1970 |
/// | `process_virtual_memory_bytes` | gauge | address space |
///
/// May be used from any thread. What the system does not tell is left out; outside Linux with Glibc that is everything.
/// Use it beside a registry, and leave names that begin with `process_` to it:
///
/// ```swift
/// registry.emit(into: &buffer)
/// processCollector.emit(into: &buffer)
/// ```
package struct ProcessCollector: Sendable {
    /// Taken once, or a clock that is being corrected would make the start of the process wander.
    private let bootTime: Double?

    /// Creates a collector; it holds no resources.
    package init() {
        self.bootTime = LinuxProcess.bootTime
    }

    /// Appends the metrics as they are now, ordered by name; a few system calls, no more than some microseconds.
    package func emit(into buffer: inout [UInt8]) {
        let ticks = LinuxProcess.ticksPerSecond
        let stat = LinuxProcess.contents(of: "/proc/self/stat").flatMap(ProcessStat.init)

        func append(_ name: String, _ type: PrometheusMetricType = .gauge, help: String, _ value: String?) {
            guard let value else { return }
            buffer.appendHeader(name: name, help: help, type: type)
            buffer.appendSample(name: name, value: value)
        }

        append(
            "process_cpu_seconds_total",
            .counter,
            help: "Processor time in user and kernel mode, in seconds.",
            stat.map { (Double($0.processorTicks) / ticks).prometheusText }
        )
        append(
            "process_max_fds",
            help: "Soft limit of open file descriptors.",
            LinuxProcess.descriptorLimit.map { String($0) }
        )
        append(
            "process_open_fds",
            help: "Open file descriptors.",
            LinuxProcess.openDescriptors.map { String($0) }
        )
        append(
            "process_resident_memory_bytes",
            help: "Memory in RAM, in bytes.",
            stat.map { String($0.residentPages &* LinuxProcess.pageSize) }
        )
        append(
            "process_start_time_seconds",
            help: "Start of the process, in seconds since 1970.",
            stat.flatMap { stat in
                self.bootTime.map { ($0 + Double(stat.startTicks) / ticks).prometheusText }
            }
        )
        append(
            "process_virtual_memory_bytes",
            help: "Address space, in bytes.",
            stat.map { String($0.virtualBytes) }
        )
    }
}
