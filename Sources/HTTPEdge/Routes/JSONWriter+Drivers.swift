internal import Drivers
internal import Engine
internal import HTTPTypes
internal import HummingbirdCore
internal import Messenger
internal import NIOCore
internal import Primitives
internal import Wire

#if canImport(FoundationEssentials)
private import FoundationEssentials
#else
private import Foundation
#endif

extension Response {
    /// An answer that begins with its etag, which the header says too.
    static func tagged(
        _ etag: DriverEtag,
        expecting expected: Int = 512,
        _ body: (inout JSONWriter) -> Void
    ) -> Response {
        let text = etag.description
        var response = Response.json(expecting: expected) { writer in
            writer.beginObject()
            writer.member("etag", text)
            body(&writer)
            writer.endObject()
        }
        response.headers[.eTag] = "\"" + text + "\""
        return response
    }

    /// Nothing has changed.
    static func notModified(_ etag: DriverEtag?) -> Response {
        var response = Response(status: .notModified)
        if let etag { response.headers[.eTag] = "\"" + etag.description + "\"" }
        return response
    }
}

extension JSONWriter {
    /// A member whose value is any JSON.
    mutating func member(_ name: StaticString, value: JSONValue) {
        self.key(name)
        self.value(value)
    }

    /// Any JSON; members in the order of their names.
    mutating func value(_ value: JSONValue) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.raw(ByteBuffer(bytes: (try? encoder.encode(value)) ?? Data("null".utf8)))
    }
}
