/// The fields of `/proc/self/stat` that are exposed.
struct ProcessStat: Equatable {
    /// Time in user and kernel mode, in clock ticks.
    let processorTicks: UInt64

    /// Start of the process after the boot of the system, in clock ticks.
    let startTicks: UInt64

    /// Size of the address space, in bytes.
    let virtualBytes: UInt64

    /// Pages in RAM.
    let residentPages: UInt64

    /// Reads one line as proc(5) describes it; `nil` if it is anything else.
    init?(_ line: [UInt8]) {
        // The second field is the name of the program in parentheses, and may hold blanks and parentheses itself.
        guard let nameEnd = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = String(decoding: line[nameEnd...].dropFirst(), as: UTF8.self).split(separator: " ")

        /// Returns a field by its number in proc(5), where the first one after the name is 3.
        func field(_ number: Int) -> UInt64? {
            fields.indices.contains(number - 3) ? UInt64(fields[number - 3]) : nil
        }

        guard
            let userTicks = field(14),
            let kernelTicks = field(15),
            let startTicks = field(22),
            let virtualBytes = field(23),
            let residentPages = field(24)
        else { return nil }
        self.processorTicks = userTicks &+ kernelTicks
        self.startTicks = startTicks
        self.virtualBytes = virtualBytes
        self.residentPages = residentPages
    }
}
