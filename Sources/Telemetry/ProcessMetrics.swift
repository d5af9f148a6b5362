private import CLinux
package import Primitives

#if canImport(Glibc)
private import Glibc
#endif

/// The process as the operating system sees it, under the names that Prometheus' own clients use.
package enum ProcessMetrics {
    /// Adds them to `registry`; they are read when its page is drawn.
    package static func register(in registry: MetricsRegistry, time: some TimeSource) {
        let startedAt = Double(time.now().rawValue) / 1000
        registry.collect("process_start_time_seconds", help: "Start of the process, seconds since 1970.") {
            [MetricSample(startedAt)]
        }
        registry.collect("process_resident_memory_bytes", help: "Resident memory.") {
            let bytes = clinux_resident_bytes()
            return bytes < 0 ? [] : [MetricSample(Double(bytes))]
        }
        registry.collect("process_cpu_seconds_total", help: "CPU time, user and system.", kind: .counter) {
            [MetricSample(Double(clinux_cpu_nanoseconds()) / 1e9)]
        }
        registry.collect("process_open_fds", help: "Open file descriptors.") {
            Self.openDescriptors().map { [MetricSample(Double($0))] } ?? []
        }
        registry.collect("process_max_fds", help: "The limit of open file descriptors.") {
            Self.descriptorsMax().map { [MetricSample(Double($0))] } ?? []
        }
    }

    private static func openDescriptors() -> Int? {
        guard let directory = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(directory) }
        var count = 0
        while unsafe readdir(directory) != nil { count += 1 }
        // Without `.`, `..` and the descriptor of this reading.
        return max(0, count - 3)
    }

    private static func descriptorsMax() -> Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Int(exactly: limit.rlim_cur)
    }
}
