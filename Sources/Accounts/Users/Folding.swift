private import Foundation

/// Texts made comparable: what people see as the same becomes the same bytes.
package enum Folding {
    /// Unicode normalisation form C: how a text is stored.
    package static func composed(_ text: String) -> String {
        text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCanonicalMapping
    }

    /// The key of a username: case folded, then form C.
    ///
    /// Cyrillic `Ё` and `ё` are one, `ё` and `е` are two: usernames differ wherever letters do.
    package static func username(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        return Self.composed(Self.caseFolded(Self.composed(text)))
    }

    /// A text to search by: case folded, without the accents of Latin and Greek letters, `ё` as `е`, form C.
    ///
    /// `й` stays itself, as do the marks of scripts where they are letters.
    package static func search(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        // Compatibility forms first, so that full-width and ligature letters are found by plain ones.
        let parts = Self.caseFolded(text.decomposedStringWithCompatibilityMapping)
        var folded = String.UnicodeScalarView()
        var base: Unicode.Scalar = " "
        for scalar in parts.decomposedStringWithCanonicalMapping.unicodeScalars {
            if scalar.properties.generalCategory == .nonspacingMark {
                if Self.dropsMarks(base) || (base == "е" && scalar == "\u{308}") { continue }
            } else {
                base = scalar
            }
            folded.append(scalar)
        }
        return String(folded).precomposedStringWithCanonicalMapping
    }

    /// Upper case first: `ς` and `σ`, `ß` and `ss` are each one only in upper case.
    private static func caseFolded(_ text: String) -> String {
        var folded = ""
        for scalar in text.unicodeScalars {
            for upper in scalar.properties.uppercaseMapping.unicodeScalars {
                folded += upper.properties.lowercaseMapping
            }
        }
        return folded
    }

    /// Latin and Greek letters.
    private static func dropsMarks(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x41...0x24F, 0x370...0x3FF, 0x1E00...0x1FFF: true
        default: false
        }
    }
}
