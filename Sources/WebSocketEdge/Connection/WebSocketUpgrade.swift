package import Frames
package import NIOCore

/// Turns a channel whose request's head was read into a WebSocket connection.
package enum WebSocketUpgrade {
    /// Checks the request, answers it with 101 and puts the connection's handler at the pipeline's end.
    ///
    /// On the channel's event loop. The caller forwards what it still receives, or takes its own handler out; on an
    /// error it writes `error.refusal` and closes.
    ///
    /// - Parameters:
    ///   - channel: The channel; nothing but TLS transforms its bytes any more.
    ///   - request: What was read.
    ///   - leftover: The bytes that came after the request's head.
    ///   - configuration: What the listener's connections have in common.
    ///   - codecs: The loop's compressors; nil for no compression.
    ///   - makeApplication: Makes what the connection is for, once the request is found good.
    /// - Throws: Why the request is refused; nothing was done then.
    package static func install<Application: WebSocketApplication>(
        _ channel: any Channel,
        request: HandshakeRequest,
        leftover: ByteBuffer,
        configuration: WebSocketConfiguration,
        codecs: DeflateCodecs?,
        makeApplication: (HandshakeAcceptance) -> Application
    ) throws(HandshakeError) {
        let acceptance = try request.accept(
            subprotocols: configuration.subprotocols,
            deflate: codecs?.configuration
        )
        let handler = WebSocketHandler(
            application: makeApplication(acceptance),
            acceptance: acceptance,
            leftover: leftover,
            configuration: configuration,
            codecs: codecs
        )
        // It fails only on a channel that is closed, where nobody is left to be told.
        try? channel.pipeline.syncOperations.addHandler(handler)
    }
}
