internal import Accounts
internal import Drivers
internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore
internal import Wire

/// Documents of configuration, which take effect at once (D6).
extension Services {
    static var configurationRoutes: [Route] {
        [
            Route(.get, "/v1/config/{name}", .key(.config), query: ["version"]) { (services, call) throws(Problem) in
                try await services.configuration(call)
            },
            Route(.put, "/v1/config/{name}", .key(.config)) { (services, call) throws(Problem) in
                try await services.configure(call)
            },
        ]
    }

    private func configuration(_ call: Call) async throws(Problem) -> Response {
        let name = try call.configurationName
        if let version = try call.query.integer("version", in: 1...Int.max) {
            let text = try await driving { () throws(DriverError) in
                try await self.drivers.configurations.document(name, version: UInt64(version))
            }
            return .document(text, version: UInt64(version))
        }
        let (version, text) = self.drivers.configurations.document(name)
        return .document(text, version: version)
    }

    private func configure(_ call: Call) async throws(Problem) -> Response {
        let name = try call.configurationName
        let replaced = try call.expectedVersion
        let text = Array(buffer: call.body)
        let version = try await driving { () throws(DriverError) in
            try await self.drivers.configurations.put(name, text, replacing: replaced)
        }
        var response = Response.json { writer in
            writer.beginObject()
            writer.member("version", version)
            writer.endObject()
        }
        response.headers[.eTag] = "\"\(version)\""
        return response
    }
}

extension Response {
    /// A document of configuration as it was written.
    fileprivate static func document(_ text: [UInt8], version: UInt64) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        headers[.eTag] = "\"\(version)\""
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: text)))
    }
}

extension Call {
    fileprivate var configurationName: ConfigurationName {
        get throws(Problem) {
            guard let name = ConfigurationName(rawValue: self.captures[0]) else {
                throw Problem(DriverError.noSuchConfiguration)
            }
            return name
        }
    }

    /// The version that If-Match names, 0 for If-None-Match: *; nil for any.
    fileprivate var expectedVersion: UInt64? {
        get throws(Problem) {
            if self.headers[.ifNoneMatch] == "*" { return 0 }
            guard let text = self.headers[.ifMatch], text != "*" else { return nil }
            guard text.count > 2, text.hasPrefix("\""), text.hasSuffix("\""),
                let version = UInt64(text.dropFirst().dropLast())
            else { throw Problem(.preconditionFailed, "The header If-Match names no version of this document.") }
            return version
        }
    }
}
