/// The title of a group or channel: 1–256 characters, without white space at its ends and control characters.
package enum Title {
    package static let charactersMax = 256

    /// The title in the form that is stored.
    package static func prepared(_ text: String) throws(MessengerError) -> String {
        var trimmed = text[...]
        while let first = trimmed.first, first.isWhitespace { trimmed.removeFirst() }
        while let last = trimmed.last, last.isWhitespace { trimmed.removeLast() }
        guard (1...Self.charactersMax).contains(trimmed.unicodeScalars.count),
            trimmed.utf8.count <= 8 * Self.charactersMax,
            !trimmed.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw .badTitle }
        return String(trimmed)
    }
}
