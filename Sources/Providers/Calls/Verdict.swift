/// What the answer to one attempt of a call means.
enum Verdict: Equatable, Sendable {
    case answered
    case refused(String)
    /// The service is there, and asks for patience.
    case throttled(String)
    /// The service is there, and may take the same request at the next try.
    case busy(String)
    /// It cannot serve.
    case failed(String)

    /// The verdict on a status: all 4xx are final but 408, 425 and 429.
    init(status: Int) {
        switch status {
        case 200...299, 304: self = .answered
        case 429: self = .throttled("429")
        case 408, 425: self = .busy("\(status)")
        case 500...599: self = .failed("\(status)")
        case 300...399: self = .refused("\(status): redirects are not followed")
        default: self = .refused("\(status)")
        }
    }
}
