#if canImport(Glibc)
    import Glibc

    /// What Linux says about this process; every answer is `nil` if the system refuses it.
    enum LinuxProcess {
        /// The unit of processor and start times in `/proc`.
        static var ticksPerSecond: Double {
            Double(max(sysconf(Int32(_SC_CLK_TCK)), 1))
        }

        /// The unit of resident memory in `/proc`, in bytes.
        static var pageSize: UInt64 {
            UInt64(max(sysconf(Int32(_SC_PAGESIZE)), 0))
        }

        /// The boot of the system, in seconds since 1970.
        static var bootTime: Double? {
            var now = timespec()
            var sinceBoot = timespec()
            guard
                clock_gettime(CLOCK_REALTIME, &now) == 0,
                clock_gettime(CLOCK_BOOTTIME, &sinceBoot) == 0
            else { return nil }
            return Double(now.tv_sec - sinceBoot.tv_sec) + Double(now.tv_nsec - sinceBoot.tv_nsec) / 1e9
        }

        /// The soft limit of open file descriptors.
        static var descriptorLimit: UInt64? {
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
            return UInt64(limit.rlim_cur)
        }

        /// The number of open file descriptors, without the one this takes to count.
        static var openDescriptors: Int? {
            guard let directory = opendir("/proc/self/fd") else { return nil }
            defer { closedir(directory) }
            var entries = 0
            while readdir(directory) != nil {
                entries += 1
            }
            // Besides ".", ".." and the descriptor that reads them.
            return max(entries - 3, 0)
        }

        /// Returns the beginning of a file: 4 KiB, which is more than any line that is asked for.
        static func contents(of path: String) -> [UInt8]? {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return nil }
            defer { close(descriptor) }
            let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
                count = max(read(descriptor, buffer.baseAddress, buffer.count), 0)
            }
            return bytes.isEmpty ? nil : bytes
        }
    }
#else
    /// Stands in where there is no `/proc`: knows nothing.
    enum LinuxProcess {
        static let ticksPerSecond: Double = 1
        static let pageSize: UInt64 = 0
        static let bootTime: Double? = nil
        static let descriptorLimit: UInt64? = nil
        static let openDescriptors: Int? = nil

        static func contents(of path: String) -> [UInt8]? { nil }
    }
#endif
