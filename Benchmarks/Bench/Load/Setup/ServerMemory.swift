#if canImport(Glibc)
private import Glibc
#else
private import Darwin
#endif

/// The server's resident memory.
struct ServerMemory: Sendable {
    let caller: HTTPCaller
    /// Known when it runs on this machine and was named.
    let processID: Int32?

    /// In bytes, from the process's own account or from what the server tells in its metrics; nil when neither is there.
    func residentBytes() async -> UInt64? {
        if let bytes = self.ownAccount { return bytes }
        return await self.caller.get("/metrics").flatMap { Self.residentBytes(in: $0) }
    }

    /// From the process's own account; nil when the process is not known.
    var ownAccount: UInt64? { self.processID.flatMap { Self.resident($0) } }

    /// From the text of `/metrics`.
    static func residentBytes(in text: String) -> UInt64? {
        Self.metric("process_resident_memory_bytes", in: text).map { UInt64($0) }
    }

    /// The value of a metric without labels in Prometheus text.
    static func metric(_ name: String, in text: String) -> Double? {
        for line in text.split(separator: "\n") where line.hasPrefix(name) {
            let words = line.split(separator: " ")
            if words.count >= 2, words[0] == name { return Double(words[1]) }
        }
        return nil
    }

    /// This process's own.
    static var ownResidentBytes: UInt64 { Self.resident(getpid()) ?? 0 }

    /// Reads the second number of `/proc/PID/statm`, which counts pages.
    private static func resident(_ processID: Int32) -> UInt64? {
        guard let file = unsafe fopen("/proc/\(processID)/statm", "r") else { return nil }
        defer { _ = unsafe fclose(file) }
        var text = [UInt8](repeating: 0, count: 256)
        let count = unsafe fread(&text, 1, text.count, file)
        let words = String(decoding: text.prefix(count), as: UTF8.self).split(separator: " ")
        guard words.count > 1, let pages = UInt64(words[1]) else { return nil }
        return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
