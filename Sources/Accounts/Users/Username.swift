/// Why a username is refused.
package enum UsernameFault: String, Error, Equatable, Sendable {
    case empty, tooLong, character
}

/// A name that a user signs in by: 1–64 letters or digits of any script, `.`, `_` and `-`, in form C.
///
/// The count is of Unicode scalars. A mark (a vowel sign of Devanagari, say) may follow a letter.
package struct Username: Hashable, Sendable {
    package static let scalarsMax = 64
    /// Letters of four bytes could otherwise exceed what a document's key may have.
    package static let foldedBytesMax = 240

    /// As its user wrote it.
    package let text: String
    /// The same for every spelling of the name in upper and lower case.
    package let folded: String

    /// A username, or what is wrong with it.
    package init(_ text: String) throws(UsernameFault) {
        let text = Folding.composed(text)
        guard !text.isEmpty else { throw .empty }
        guard text.unicodeScalars.count <= Self.scalarsMax else { throw .tooLong }
        var isFirst = true
        for scalar in text.unicodeScalars {
            guard Self.isAllowed(scalar, isFirst: isFirst) else { throw .character }
            isFirst = false
        }
        let folded = Folding.username(text)
        guard folded.utf8.count <= Self.foldedBytesMax else { throw .tooLong }
        self.text = text
        self.folded = folded
    }

    private static func isAllowed(_ scalar: Unicode.Scalar, isFirst: Bool) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": return true
        default: break
        }
        guard scalar.value > 0x7F else { return false }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
            return true
        case .nonspacingMark, .spacingMark: return !isFirst
        default: return false
        }
    }
}
