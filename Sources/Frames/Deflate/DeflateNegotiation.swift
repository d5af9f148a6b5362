extension DeflateParameters {
    /// Agrees on the first offer that can be met; nil when there is none (RFC 7692 5.1, 7.1).
    ///
    /// - Parameters:
    ///   - offers: What `Sec-WebSocket-Extensions` says.
    ///   - configuration: What this server offers.
    /// - Returns: What both keep to from now on.
    package static func negotiate(
        _ offers: [ExtensionOffer],
        configuration: DeflateConfiguration
    ) -> DeflateParameters? {
        for offer in offers where offer.name == "permessage-deflate" {
            if let parameters = Self.accept(offer, configuration: configuration) { return parameters }
        }
        return nil
    }

    /// Meets one offer, or declines it: a parameter that is unknown, twice there or has a wrong value.
    private static func accept(_ offer: ExtensionOffer, configuration: DeflateConfiguration) -> DeflateParameters? {
        var seen = Set<String>()
        var serverWindowBits: Int?
        var clientForgets = !configuration.allowsClientContext
        for parameter in offer.parameters {
            guard seen.insert(parameter.name).inserted else { return nil }
            switch parameter.name {
            case "server_no_context_takeover":
                guard parameter.value == nil else { return nil }
            case "client_no_context_takeover":
                guard parameter.value == nil else { return nil }
                clientForgets = true
            case "server_max_window_bits":
                // zlib has no raw deflate with a window of 2^8.
                guard let bits = parameter.value.flatMap(Self.windowBits), bits >= 9 else { return nil }
                serverWindowBits = bits
            case "client_max_window_bits":
                // A hint: the inflater's window is the largest there is.
                guard parameter.value.map({ Self.windowBits($0) != nil }) ?? true else { return nil }
            default: return nil
            }
        }
        var answer = "permessage-deflate; server_no_context_takeover"
        if clientForgets { answer += "; client_no_context_takeover" }
        if let bits = serverWindowBits { answer += "; server_max_window_bits=\(bits)" }
        return DeflateParameters(
            serverWindowBits: serverWindowBits ?? 15,
            clientKeepsContext: !clientForgets,
            answer: answer
        )
    }

    /// 8 to 15, without a leading zero.
    private static func windowBits(_ value: String) -> Int? {
        guard let bits = Int(value), (8...15).contains(bits), String(bits) == value else { return nil }
        return bits
    }
}
