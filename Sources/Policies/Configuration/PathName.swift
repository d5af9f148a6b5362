/// A name in a document that stands in paths and in the labels of metrics: a chat's, a sender's.
package enum PathName {
    package static let rule = "must have 1 to 64 of A-Z a-z 0-9 . _ -"

    /// Whether a text may be one.
    package static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
