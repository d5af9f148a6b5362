internal import Accounts
internal import Messenger
internal import Primitives

// Cursors travel in forms that a pattern describes exactly, so that the description of this server can say what is a
// cursor and what is not: whatever fits the pattern is a place in the list, whatever does not is refused.

extension UserCursor {
    /// Reads what `parameter` writes: pairs of hexadecimal digits, one of them `00`, something after it.
    init?(parameter text: String) {
        guard text.utf8.count.isMultiple(of: 2), let bytes = Self.bytes(text), let end = bytes.firstIndex(of: 0),
            end + 1 < bytes.endIndex
        else { return nil }
        self.init(TextCodes.base64URL(bytes))
    }

    /// As it travels in `next` and `after`.
    var parameter: String {
        (TextCodes.decodeBase64URL(self.text) ?? []).map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }.joined()
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in text.utf8 {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            default: return nil
            }
            guard let first = high else {
                high = value
                continue
            }
            bytes.append(first << 4 | value)
            high = nil
        }
        return bytes
    }
}
