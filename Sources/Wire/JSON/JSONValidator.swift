/// Says whether bytes are one JSON text.
package enum JSONValidator {
    /// How deep objects and arrays may nest; a number with a bit each, see `JSONNesting`.
    package static let depthMax = 64

    /// Whether the bytes are exactly one JSON text by RFC 8259, in UTF-8, with space around it allowed.
    package static func validate(_ bytes: RawSpan) -> Bool { Self.error(in: bytes) == nil }

    /// What is wrong with the text, or nil when nothing is.
    package static func error(in bytes: RawSpan) -> JSONError? {
        var index = 0
        do throws(JSONError) {
            JSONText.skipSpace(bytes, &index)
            try JSONText.value(bytes, &index)
            JSONText.skipSpace(bytes, &index)
            guard index == bytes.byteCount else { throw .trailingText(at: index) }
            return nil
        } catch {
            return error
        }
    }
}
