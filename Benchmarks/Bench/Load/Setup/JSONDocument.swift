internal import NIOCore
internal import Wire

/// A JSON answer, of which single texts are wanted.
struct JSONDocument {
    private let text: ByteBuffer

    /// Nil when the text is no JSON object.
    init?(_ text: ByteBuffer) {
        guard JSONScanner(text).nextKind == .object else { return nil }
        self.text = text
    }

    /// The text under these names, from the outside in; nil when it is not there.
    func text(_ path: [String]) -> String? {
        var value = self.text
        for name in path {
            guard let inner = Self.member(name, of: value) else { return nil }
            value = inner
        }
        var scanner = JSONScanner(value)
        return try? scanner.string()
    }

    private static func member(_ name: String, of object: ByteBuffer) -> ByteBuffer? {
        do throws(JSONError) {
            var scanner = JSONScanner(object)
            try scanner.beginObject()
            while let key = try scanner.nextKey() {
                if key == name { return try scanner.raw() }
                try scanner.skip()
            }
            return nil
        } catch {
            return nil
        }
    }
}
