internal import Messenger
internal import Primitives

extension MessageID {
    /// Reads `kind:id/seq` as a client wrote it.
    init?(request text: String) {
        guard let slash = text.lastIndex(of: "/"), let mailbox = Address(inEitherOrder: text[..<slash]) else {
            return nil
        }
        self.init("\(mailbox)\(text[slash...])")
    }
}
