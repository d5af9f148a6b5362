internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore
internal import Primitives

/// The operator's page: files that hold nothing, open to everyone; what they show is fetched with the operator's key.
extension Services {
    static var consoleRoutes: [Route] {
        [
            Route(.get, "/console", .open, needsEngine: false) { (_, call) throws(Problem) in
                try Self.console("console.html", call)
            },
            Route(.get, "/console/{file}", .open, needsEngine: false) { (_, call) throws(Problem) in
                try Self.console(call.captures[0], call)
            },
        ]
    }

    private static func console(_ name: String, _ call: Call) throws(Problem) -> Response {
        guard let file = ConsoleFile.all[name] else { throw Problem(.notFound, "The page has no such file.") }
        var headers = HTTPFields()
        headers[.eTag] = file.etag
        headers[.cacheControl] = "no-cache"
        headers[.contentSecurityPolicy] = ConsoleFile.contentSecurityPolicy
        headers[.xContentTypeOptions] = "nosniff"
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        let known = call.headers[.ifNoneMatch]?.split(separator: ",").map { $0.drop { $0 == " " } } ?? []
        if known.contains(where: { $0 == file.etag || $0 == "W/\(file.etag)" || $0 == "*" }) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = file.mediaType
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.text))
    }
}

/// One file of the operator's page.
struct ConsoleFile: Sendable {
    /// Nothing but the page's own files, nothing inline; it talks to its own server and to nobody else.
    static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    let mediaType: String
    let text: ByteBuffer
    let etag: String

    private init(_ mediaType: String, _ bytes: [UInt8]) {
        self.mediaType = mediaType
        self.text = ByteBuffer(bytes: bytes)
        let sum = unsafe bytes.withUnsafeBytes { unsafe CRC32C.checksum($0) }
        self.etag = "\"\(String(sum, radix: 16))-\(bytes.count)\""
    }

    private static func page(_ bytes: [UInt8]) -> ConsoleFile { ConsoleFile("text/html; charset=utf-8", bytes) }
    private static func style(_ bytes: [UInt8]) -> ConsoleFile { ConsoleFile("text/css; charset=utf-8", bytes) }
    private static func script(_ bytes: [UInt8]) -> ConsoleFile { ConsoleFile("text/javascript; charset=utf-8", bytes) }

    /// All of them, by name.
    static let all: [String: ConsoleFile] = [
        "console.html": page(PackageResources.console_html),
        "console.css": style(PackageResources.console_css),
        "parts.css": style(PackageResources.parts_css),
        "main.js": script(PackageResources.main_js),
        "server.js": script(PackageResources.server_js),
        "elements.js": script(PackageResources.elements_js),
        "words.js": script(PackageResources.words_js),
        "plot.js": script(PackageResources.plot_js),
        "dialog.js": script(PackageResources.dialog_js),
        "signin.js": script(PackageResources.signin_js),
        "overview.js": script(PackageResources.overview_js),
        "mailboxes.js": script(PackageResources.mailboxes_js),
        "sessions.js": script(PackageResources.sessions_js),
        "decisions.js": script(PackageResources.decisions_js),
        "tryout.js": script(PackageResources.tryout_js),
        "configuration.js": script(PackageResources.configuration_js),
        "editor.js": script(PackageResources.editor_js),
        "jsontext.js": script(PackageResources.jsontext_js),
        "difference.js": script(PackageResources.difference_js),
        "tasks.js": script(PackageResources.tasks_js),
        "snapshots.js": script(PackageResources.snapshots_js),
        "drivers.js": script(PackageResources.drivers_js),
    ]
}
