package import Primitives

/// `kind:id/seq`: one message, everywhere.
package struct MessageID: Hashable, Sendable, CustomStringConvertible {
    package let mailbox: Address
    package let seq: Seq

    package init(mailbox: Address, seq: Seq) {
        self.mailbox = mailbox
        self.seq = seq
    }

    /// Reads what `description` writes, or returns nil.
    package init?(_ text: String) {
        guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")), let mailbox = Address(text[..<slash]) else {
            return nil
        }
        let digits = text[text.utf8.index(after: slash)...]
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            digits.utf8.first != UInt8(ascii: "0"), let seq = UInt64(digits)
        else { return nil }
        self.mailbox = mailbox
        self.seq = Seq(rawValue: seq)
    }

    package var description: String { "\(self.mailbox)/\(self.seq)" }
}
