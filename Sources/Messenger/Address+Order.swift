package import Primitives

extension Address {
    /// Reads `kind:id` as a client wrote it: the two users of a direct chat may stand in either order.
    package init?(inEitherOrder text: some StringProtocol) {
        if let address = Address(String(text)) {
            self = address
            return
        }
        let prefix = "direct:"
        guard text.hasPrefix(prefix) else { return nil }
        let users = text.dropFirst(prefix.count).split(separator: "~", omittingEmptySubsequences: false)
        guard users.count == 2, let address = Address.direct(String(users[0]), String(users[1])) else { return nil }
        self = address
    }
}
