package import NIOCore

/// The answer that turns a request into a WebSocket connection (RFC 6455 4.2.2).
package struct HandshakeAcceptance: Equatable, Sendable {
    /// `Sec-WebSocket-Accept`.
    package let accept: String
    /// The one chosen, or nil: the client may then go on without.
    package let subprotocol: String?
    /// What was agreed on compression; nil for none.
    package let deflate: DeflateParameters?

    /// Writes the 101 response.
    package func write(into response: inout ByteBuffer) {
        response.writeString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
        response.writeString("Sec-WebSocket-Accept: \(self.accept)\r\n")
        if let subprotocol = self.subprotocol { response.writeString("Sec-WebSocket-Protocol: \(subprotocol)\r\n") }
        if let deflate = self.deflate { response.writeString("Sec-WebSocket-Extensions: \(deflate.answer)\r\n") }
        response.writeString("\r\n")
    }
}

extension HandshakeRequest {
    /// Checks the request (RFC 6455 4.2.1) and answers it.
    ///
    /// - Parameters:
    ///   - supported: The subprotocols spoken here; of them, the first the client names is chosen.
    ///   - deflate: What is offered of permessage-deflate; nil for none.
    /// - Returns: The answer, to be written as it is.
    /// - Throws: Why there is no such answer; its `refusal` is what to write.
    package func accept(
        subprotocols supported: [String] = [],
        deflate: DeflateConfiguration? = nil
    ) throws(HandshakeError) -> HandshakeAcceptance {
        guard self.method == "GET" else { throw .methodNotAllowed }
        guard self.tokens("upgrade").contains(where: { $0.lowercased() == "websocket" }),
            self.tokens("connection").contains(where: { $0.lowercased() == "upgrade" })
        else { throw .notAnUpgrade }
        guard self.headers.count(where: { $0.name == "host" }) == 1 else { throw .hostMissing }
        guard self.values("sec-websocket-version") == ["13"] else { throw .versionNotSupported }
        let keys = self.values("sec-websocket-key")
        guard keys.count == 1, Base64.isSixteenBytes(keys[0]) else { throw .keyInvalid }
        let offers = self.values("sec-websocket-extensions").flatMap(ExtensionOffer.parse)
        return HandshakeAcceptance(
            accept: Self.acceptValue(key: keys[0]),
            subprotocol: self.subprotocols.first { supported.contains(String($0)) }.map(String.init),
            deflate: deflate.flatMap { DeflateParameters.negotiate(offers, configuration: $0) }
        )
    }

    /// What `Sec-WebSocket-Accept` must be for a key (RFC 6455 4.2.2).
    package static func acceptValue(key: String) -> String {
        Base64.encode(SHA1.digest(Array("\(key)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)))
    }

    private func values(_ name: String) -> [String] { self.headers.filter { $0.name == name }.map(\.value) }
}
