/// What the cases send.
enum Sample {
    /// A group's address, of a usual length.
    static let channel = "group:8f3c2b1a-orders"

    /// A JSON object of so many bytes.
    static func body(_ count: Int) -> String {
        let start = #"{"text":""#, end = #""}"#
        let letters = "The quick brown fox jumps over the lazy dog. "
        var text = start
        while text.utf8.count < count - end.utf8.count {
            text += letters.prefix(count - end.utf8.count - text.utf8.count)
        }
        return text + end
    }
}
