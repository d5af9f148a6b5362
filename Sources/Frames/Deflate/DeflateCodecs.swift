/// The compressors of one event loop, shared by its connections; they belong to that loop.
package final class DeflateCodecs {
    package let configuration: DeflateConfiguration
    private var deflaters: [Int: Deflater] = [:]
    private lazy var inflater = Inflater()

    package init(configuration: DeflateConfiguration = DeflateConfiguration()) {
        self.configuration = configuration
    }

    /// The compressor with this window, made when first asked for.
    package func deflater(windowBits: Int = 15) -> Deflater {
        if let deflater = self.deflaters[windowBits] { return deflater }
        let deflater = Deflater(
            windowBits: windowBits,
            level: self.configuration.level,
            memoryLevel: self.configuration.memoryLevel
        )
        self.deflaters[windowBits] = deflater
        return deflater
    }

    /// How a connection with these parameters inflates.
    package func inflation(_ parameters: DeflateParameters) -> Inflation {
        parameters.clientKeepsContext
            ? Inflation(inflater: Inflater(), keepsContext: true)
            : Inflation(inflater: self.inflater, keepsContext: false)
    }
}
