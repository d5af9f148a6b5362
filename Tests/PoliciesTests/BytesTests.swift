import NIOCore
import Primitives
import Testing

@testable import Policies

@Suite("Decisions and histories as bytes")
struct BytesTests {
    private func history(_ seed: UInt64, count: Int) -> SendHistory {
        var generator = SeededGenerator(seed: seed), history = SendHistory()
        for number in 0..<count {
            let tags = (0..<Int.random(in: 0...3, using: &generator)).map { "t\($0)" }
            let candidate = message(
                "m\(number)",
                MessageClass.allCases.randomElement(using: &generator) ?? .service,
                tags: tags,
                campaign: Bool.random(using: &generator) ? "c" : nil
            )
            let at = Timestamp(rawValue: 1_772_366_400_000 + Int64.random(in: 0...day, using: &generator))
            history.record(AcceptedSend(of: candidate, at: at), keeping: 8 * day)
        }
        return history
    }

    @Test("A history comes back as it was; a part of one is none", arguments: UInt64(1)...20)
    func histories(seed: UInt64) {
        let history = self.history(seed, count: Int(seed) * 3)
        var buffer = ByteBuffer()
        buffer.writeSendHistory(history)
        for count in 0..<buffer.readableBytes {
            var part = buffer.getSlice(at: 0, length: count) ?? ByteBuffer()
            #expect(part.readSendHistory() == nil)
        }
        #expect(buffer.readSendHistory() == history)
        #expect(buffer.readableBytes == 0)
    }

    @Test("A history keeps eight days, measured from its newest send, and no more than its bound")
    func pruning() {
        var history = SendHistory()
        let start = Timestamp(rawValue: 1_772_366_400_000)
        for number in 0..<30 {
            history.record(
                AcceptedSend(of: message("m", tags: ["a", "b"]), at: start + .seconds(number * 86_400)),
                keeping: PolicyRules().retentionMilliseconds
            )
        }
        #expect(history.count == 8)
        #expect(history.tags.count == 16)
        for number in 0..<2 * SendHistory.countMax {
            let tags = (0..<40).map { "tag \($0)" }
            history.record(
                AcceptedSend(of: message("m", tags: tags), at: start + .seconds(30 * 86_400 + number)),
                keeping: PolicyRules().retentionMilliseconds
            )
        }
        #expect(history.count == SendHistory.countMax)
        #expect(history.sends.allSatisfy { $0.tags.count == SendHistory.tagsMax })
    }

    @Test("A send takes 32 bytes in memory, and 30 stored; a tag four in both")
    func sizes() {
        #expect(MemoryLayout<SendHistory.Entry>.stride == 32)
        var buffer = ByteBuffer()
        buffer.writeAcceptedSend(AcceptedSend(of: message("m", tags: ["x"]), at: Timestamp(rawValue: 0)))
        #expect(buffer.readableBytes == 34)
    }

    private static let manyCaps = (0..<20)
        .map { #"{"id":"c\#($0)","scope":"all","limit":3,"window":{"rolling":1000}}"# }
        .joined(separator: ",")
    private static let documents = [
        "{}", #"{"contentDedup":{"window":1000},"holdout":{"percent":5,"salt":"h"}}"#,
        #"{"quietHours":[{"id":"q","from":"00:00","until":"24:00"}]}"#,
        #"{"caps":[{"id":"c","scope":"all","limit":0,"window":{"calendar":"week"},"onExceed":{"downgrade":"feed"}}]}"#,
        #"{"caps":[\#(manyCaps)]}"#,
    ]

    @Test("A decision comes back as it was; a part of one is none", arguments: documents)
    func decisions(document: String) throws {
        let driver = Correspondence(try rules(document, jitter: 60_000))
        let decision = driver.decide(message("m"), at: Timestamp(rawValue: 1_772_366_400_000))
        var buffer = ByteBuffer()
        buffer.writeDecision(decision)
        #expect(buffer.readableBytes == 19 + (decision.until == nil ? 0 : 16) + 4 * decision.notes.count)
        for count in 0..<buffer.readableBytes {
            var part = buffer.getSlice(at: 0, length: count) ?? ByteBuffer()
            #expect(part.readDecision() == nil)
        }
        #expect(buffer.readDecision() == decision)
        #expect(buffer.readableBytes == 0)
    }

    @Test("Bytes that mean nothing are no decision")
    func damage() throws {
        var buffer = ByteBuffer()
        buffer.writeDecision(Correspondence(PolicyRules()).decide(message("m"), at: Timestamp(rawValue: 0)))
        for (offset, byte) in [(0, UInt8(9)), (1, 3), (2, 200), (4, 99)] {
            var damaged = buffer
            damaged.setInteger(byte, at: offset)
            #expect(damaged.readDecision() == nil, "byte \(offset)")
        }
    }
}
