package import NIOCore
internal import Wire

/// A file of results: one report as `--json` writes it, or those of a suite.
///
/// ```
/// {"suite":[{"name":"F1","case":"fanout", ...}, ...]}
/// ```
package struct ResultFile: Sendable {
    /// Each as its document.
    private var documents: [ByteBuffer] = []

    package init() {}

    /// Reads a file of either kind; nil when it is none.
    package init?(json: [UInt8]) {
        let whole = ByteBuffer(bytes: json)
        do throws(JSONError) {
            var scanner = JSONScanner(whole)
            try scanner.beginObject()
            while let key = try scanner.nextKey() {
                guard key == "suite" else {
                    try scanner.skip()
                    continue
                }
                try scanner.beginArray()
                while try scanner.nextElement() { self.documents.append(try scanner.raw()) }
                guard self.results != nil else { return nil }
                return
            }
        } catch {
            return nil
        }
        self.documents = [whole]
        guard self.results != nil else { return nil }
    }

    package mutating func add(_ report: Report) { self.documents.append(report.json) }

    /// What was measured, in order; nil when a document is no report.
    package var results: [ReportDocument]? {
        let results = self.documents.compactMap { ReportDocument(json: Array($0.readableBytesView)) }
        return results.count == self.documents.count ? results : nil
    }

    /// The document of a suite.
    package var json: ByteBuffer {
        var json = ByteBuffer(string: "{\"suite\":[")
        for (index, document) in self.documents.enumerated() {
            if index > 0 { json.writeString(",\n") }
            // A report ends with a line feed, which stays outside.
            json.writeBytes(document.readableBytesView.drop { $0 == 0x0A }.reversed().drop { $0 == 0x0A }.reversed())
        }
        json.writeString("]}\n")
        return json
    }
}
