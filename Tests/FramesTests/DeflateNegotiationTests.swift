import Testing

@testable import Frames

@Suite("Negotiation of compression")
struct DeflateNegotiationTests {
    struct Offer: Sendable, CustomTestStringConvertible {
        let value: String
        /// The answer, or nil when every offer is declined.
        let answer: String?
        var allowsClientContext = true

        var testDescription: String { self.value }
    }

    private static let plain = "permessage-deflate; server_no_context_takeover"

    @Test(
        "Offers are met or declined",
        arguments: [
            Offer(value: "permessage-deflate", answer: plain),
            Offer(
                value: "permessage-deflate",
                answer: plain + "; client_no_context_takeover",
                allowsClientContext: false
            ),
            Offer(value: "permessage-deflate; client_max_window_bits", answer: plain),
            Offer(value: "permessage-deflate; client_max_window_bits=8", answer: plain),
            Offer(value: "permessage-deflate; server_no_context_takeover", answer: plain),
            Offer(
                value: "permessage-deflate; client_no_context_takeover",
                answer: plain + "; client_no_context_takeover"
            ),
            Offer(value: "permessage-deflate; server_max_window_bits=9", answer: plain + "; server_max_window_bits=9"),
            Offer(
                value: "permessage-deflate;server_max_window_bits=\"12\"",
                answer: plain + "; server_max_window_bits=12"
            ),
            Offer(value: "Permessage-Deflate; Client_Max_Window_Bits", answer: plain),
            Offer(value: "x-webkit-deflate-frame, permessage-deflate", answer: plain),
            Offer(
                value: "permessage-deflate; server_max_window_bits=8, permessage-deflate; server_max_window_bits=10",
                answer: plain + "; server_max_window_bits=10"
            ),
            Offer(value: "foo; bar=\"a,permessage-deflate\", permessage-deflate", answer: plain),
            Offer(value: "", answer: nil),
            Offer(value: "permessage-bzip2", answer: nil),
            Offer(value: "permessage-deflate; unknown", answer: nil),
            Offer(value: "permessage-deflate; server_max_window_bits", answer: nil),
            Offer(value: "permessage-deflate; server_max_window_bits=8", answer: nil),
            Offer(value: "permessage-deflate; server_max_window_bits=16", answer: nil),
            Offer(value: "permessage-deflate; server_max_window_bits=010", answer: nil),
            Offer(value: "permessage-deflate; server_max_window_bits=+10", answer: nil),
            Offer(value: "permessage-deflate; client_max_window_bits=7", answer: nil),
            Offer(value: "permessage-deflate; client_max_window_bits=", answer: nil),
            Offer(value: "permessage-deflate; server_no_context_takeover=1", answer: nil),
            Offer(value: "permessage-deflate; client_no_context_takeover=", answer: nil),
            Offer(value: "permessage-deflate; client_max_window_bits; client_max_window_bits", answer: nil),
            Offer(value: "permessage-deflate;", answer: nil),
            Offer(value: "permessage-deflate; =10", answer: nil),
        ]
    )
    func negotiates(_ offer: Offer) {
        let parameters = DeflateParameters.negotiate(
            ExtensionOffer.parse(offer.value),
            configuration: DeflateConfiguration(allowsClientContext: offer.allowsClientContext)
        )
        #expect(parameters?.answer == offer.answer)
    }

    @Test("Only clients with the largest window take frames compressed for all")
    func sharedFrames() {
        let configuration = DeflateConfiguration()
        let plain = DeflateParameters.negotiate(
            ExtensionOffer.parse("permessage-deflate"),
            configuration: configuration
        )
        #expect(plain?.takesSharedFrames == true)
        #expect(plain?.clientKeepsContext == false)
        let small = DeflateParameters.negotiate(
            ExtensionOffer.parse("permessage-deflate; server_max_window_bits=14"),
            configuration: configuration
        )
        #expect(small?.takesSharedFrames == false)
    }

    @Test("One element that breaks the grammar does not spoil the others")
    func grammar() {
        let offers = ExtensionOffer.parse("a b, c; d = \"e\" ; f,, g;;")
        let expected = ExtensionOffer(name: "c", parameters: [.init(name: "d", value: "e"), .init(name: "f")])
        #expect(offers == [expected])
    }
}
