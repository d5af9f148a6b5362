/// Base64 (RFC 4648 4), for the handshake's key and its answer.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            let group = (0..<3).reduce(UInt32(0)) { $0 << 8 | ($1 < count ? UInt32(bytes[start + $1]) : 0) }
            for index in 0..<4 {
                text.append(
                    index <= count ? Self.alphabet[Int(group >> UInt32(18 - index * 6) & 63)] : UInt8(ascii: "=")
                )
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether the text is 16 bytes in base64: 22 of the alphabet and two of padding.
    static func isSixteenBytes(_ text: String) -> Bool {
        text.utf8.count == 24 && text.utf8.suffix(2).elementsEqual("==".utf8)
            && text.utf8.prefix(22).allSatisfy(Self.alphabet.contains)
    }
}
