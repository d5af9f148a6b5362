import NIOCore
import Primitives
import Testing

@testable import Wire

@Suite("Commands that are damaged", .timeLimit(.minutes(10)))
struct CommandFuzzTests {
    static let json = ByteBuffer(string: GoldenCommand.all.map(\.json).joined(separator: "\n"))
    static let protobuf = ByteBuffer(hex: GoldenCommand.all.map(\.protobuf).joined())

    @Test("Every prefix of a frame is whole commands or an error", arguments: [WireEncoding.json, .protobuf])
    func prefixes(_ encoding: WireEncoding) {
        let frame = encoding == .json ? Self.json : Self.protobuf
        let all = GoldenCommand.all.map(\.command)
        var whole = 0
        for count in 0...frame.readableBytes {
            // A buffer of the exact size, so that reading past the end is seen.
            let prefix = ByteBuffer(bytes: frame.readableBytesView.prefix(count))
            guard let decoded = try? commands(prefix, encoding) else { continue }
            #expect(decoded == Array(all.prefix(decoded.count)))
            whole += 1
        }
        #expect(whole >= all.count)
    }

    @Test("Mutated frames are read or refused, never worse", arguments: 0..<8 as Range<UInt64>)
    func mutations(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            for encoding in WireEncoding.allCases {
                var bytes = Array((encoding == .json ? Self.json : Self.protobuf).readableBytesView)
                for _ in 0..<Int.random(in: 1...4, using: &generator) { Self.mutate(&bytes, &generator) }
                var decoded: [Command] = []
                do throws(WireError) {
                    try CommandDecoder(encoding).decode(ByteBuffer(bytes: bytes), into: &decoded)
                    #expect(!decoded.isEmpty)
                } catch {
                    #expect(decoded.isEmpty)
                    #expect(!error.description.isEmpty)
                }
            }
        }
    }

    @Test("Random bytes are read or refused, never worse", arguments: 0..<4 as Range<UInt64>)
    func noise(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("{}[]\":,0-9.eE+tfn\\u d8cid\n \u{E4}".utf8)
        for _ in 0..<5000 {
            let count = Int.random(in: 0...40, using: &generator)
            let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = try? commands(ByteBuffer(bytes: noise), .protobuf)
            _ = try? commands(ByteBuffer(bytes: noise), .json)
            let text = (0..<count).compactMap { _ in alphabet.randomElement(using: &generator) }
            _ = try? commands(ByteBuffer(bytes: text), .json)
        }
    }

    /// Changes, inserts, removes or repeats a few bytes.
    private static func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        guard let index = bytes.indices.randomElement(using: &generator) else { return }
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[index] = .random(in: 0...255, using: &generator)
        case 1: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: bytes.insert(.random(in: 0...255, using: &generator), at: index)
        case 3: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...9, using: &generator)))
        default: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 16)], at: index)
        }
    }
}
