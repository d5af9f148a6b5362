import Foundation
import Telemetry

/// How much disk the parts of the data directory take; looked at when metrics are asked for.
enum DataSizes {
    private static let parts = ["journal", "archive", "snapshots", "cold"]

    static func register(_ directory: String, in registry: MetricsRegistry) {
        registry.collect(
            "switchboard_data_bytes",
            help: "Bytes of the files in a part of the data directory.",
            labels: ["part"]
        ) {
            Self.parts.compactMap { part in
                Self.bytes(in: URL(filePath: directory).appending(path: part)).map { MetricSample($0, labels: [part]) }
            }
        }
    }

    /// Nil where there is no such part; a file that goes meanwhile is not counted.
    private static func bytes(in directory: URL) -> Double? {
        let keys: Set<URLResourceKey> = [.fileSizeKey, .isRegularFileKey]
        guard
            let files = try? FileManager.default.contentsOfDirectory(
                at: directory,
                includingPropertiesForKeys: Array(keys)
            )
        else { return nil }
        return files.reduce(0) { sum, file in
            let values = try? file.resourceValues(forKeys: keys)
            return sum + Double(values?.isRegularFile == true ? values?.fileSize ?? 0 : 0)
        }
    }
}
