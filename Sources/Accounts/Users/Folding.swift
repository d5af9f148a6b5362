private import Foundation

/// Texts made comparable: what people see as the same becomes the same bytes.
package enum Folding {
    /// Unicode normalisation form C: how a text is stored.
    package static func composed(_ text: String) -> String {
        text.unicodeScalars.allSatisfy(Self.isPlain) ? text : text.precomposedStringWithCanonicalMapping
    }

    /// The key of a username: case folded, then form C.
    ///
    /// Cyrillic `Ё` and `ё` are one, `ё` and `е` are two: usernames differ wherever letters do.
    package static func username(_ text: String) -> String {
        if let folded = Self.plainFolded(text, foldsYo: false) { return folded }
        return Self.composed(Self.caseFolded(Self.composed(text)))
    }

    /// A text to search by: case folded, without the accents of Latin and Greek letters, `ё` as `е`, form C.
    ///
    /// `й` stays itself, as do the marks of scripts where they are letters.
    package static func search(_ text: String) -> String {
        if let folded = Self.plainFolded(text, foldsYo: true) { return folded }
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

    /// The folding of a text of ASCII and the Cyrillic of today's languages, or nil when it has anything else.
    ///
    /// 1.2 us instead of 12: a million users are folded at each start.
    private static func plainFolded(_ text: String, foldsYo: Bool) -> String? {
        guard text.unicodeScalars.allSatisfy(Self.isPlain) else { return nil }
        var folded = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let lower: UInt32 =
                switch scalar.value {
                case 0x41...0x5A, 0x410...0x42F: scalar.value + 0x20
                case 0x400...0x40F: scalar.value + 0x50
                default: scalar.value
                }
            let final = foldsYo && lower == 0x451 ? 0x435 : lower
            folded.append(Unicode.Scalar(final) ?? scalar)
        }
        return String(folded)
    }

    /// ASCII and U+0400–U+045F: letters that are in form C and of one case mapping each.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x80 || (0x400...0x45F).contains(scalar.value)
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
