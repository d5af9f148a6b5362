/// Swift source taken apart into code, comments and the contents of strings, so that a rule sees only what it is about.
///
/// What is not shown is turned into spaces; lines stay where they are. A regex literal with a quotation mark in it is
/// not understood.
struct SwiftText: Sendable {
    let code: String
    let comments: String
    /// Code and strings.
    let withoutComments: String

    init(_ text: String) {
        let bytes = Array(text.utf8)
        var reader = SwiftTextReader(bytes: bytes)
        let spans = reader.read()
        self.code = Self.show([.code], of: spans, in: bytes)
        self.comments = Self.show([.comment], of: spans, in: bytes)
        self.withoutComments = Self.show([.code, .string], of: spans, in: bytes)
    }

    var codeLines: [Substring] { self.code.split(separator: "\n", omittingEmptySubsequences: false) }
    var commentLines: [Substring] { self.comments.split(separator: "\n", omittingEmptySubsequences: false) }

    private static func show(_ shown: [SwiftTextPart], of spans: [SwiftTextSpan], in bytes: [UInt8]) -> String {
        let newline = UInt8(ascii: "\n"), space = UInt8(ascii: " ")
        var blanked: [UInt8] = []
        blanked.reserveCapacity(bytes.count)
        for span in spans {
            if shown.contains(span.part) {
                blanked.append(contentsOf: bytes[span.range])
            } else {
                blanked.append(contentsOf: bytes[span.range].map { $0 == newline ? newline : space })
            }
        }
        return String(decoding: blanked, as: UTF8.self)
    }
}

enum SwiftTextPart: Equatable { case code, comment, string }

/// A piece of source that is all one part; the spans of a file lie end to end.
struct SwiftTextSpan {
    var range: Range<Int>
    let part: SwiftTextPart
}
