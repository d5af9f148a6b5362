internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore
private import NIOHTTP1

/// A request's whole body, bounded and of a type that is read here.
enum RequestBody {
    case complete(ByteBuffer)
    case refused(Problem)
    /// The connection ended within the body.
    case broken

    /// Reads the body of `request`, at most `bytesMax` bytes of JSON.
    static func collect(_ request: Request, bytesMax: Int) async -> RequestBody {
        let declared = request.headers.value(of: .contentLength).flatMap { Int($0) }
        // Most requests that are no POST have none; what is announced as too large is not waited for.
        guard declared != nil || request.headers.contains(.transferEncoding) else { return .complete(ByteBuffer()) }
        guard (declared ?? 0) <= bytesMax else { return .refused(self.tooLarge(bytesMax)) }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: bytesMax)
        } catch is NIOTooManyBytesError {
            return .refused(self.tooLarge(bytesMax))
        } catch is HTTPParserError {
            return .refused(.malformedRequest("The request's body is malformed."))
        } catch {
            return .broken
        }
        guard body.readableBytes > 0, !self.isJSON(request.headers.value(of: .contentType))
        else { return .complete(body) }
        return .refused(Problem(.unsupportedMediaType, "Bodies are JSON: send Content-Type: application/json."))
    }

    /// The rest is not read: it may be endless.
    private static func tooLarge(_ bytesMax: Int) -> Problem {
        var problem = Problem(.tooLarge, "The request's body has more than \(bytesMax) bytes.")
        problem.closesConnection = true
        return problem
    }

    /// Whether a Content-Type is JSON in UTF-8; one that is not given is taken for it.
    static func isJSON(_ contentType: String?) -> Bool {
        // As nearly everybody writes it.
        guard let contentType, contentType != "application/json" else { return true }
        let parts = contentType.lowercased().split(separator: ";", omittingEmptySubsequences: false)
        guard self.trimmed(parts[0]) == "application/json" else { return false }
        return parts.dropFirst().allSatisfy { parameter in
            let pair = parameter.split(separator: "=", maxSplits: 1).map(self.trimmed)
            guard pair.first == "charset" else { return true }
            return pair.count == 2 && ["utf-8", "\"utf-8\""].contains(pair[1])
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
