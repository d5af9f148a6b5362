import Disks
import Foundation
import Frames
import Journaling
import NIOCore
import Primitives
import Snapshots
import TestKit
import Wire

/// What reads bytes of others: nothing it is given may end the process.
enum Parser: String, CaseIterable {
    case frames, json, protobuf, journal, snapshot

    static let chosen = ProcessInfo.processInfo.environment["FUZZ"].flatMap(Parser.init(rawValue:))

    func read(_ bytes: [UInt8]) {
        switch self {
        case .frames: Self.readFrames(bytes)
        case .json: Self.readCommands(bytes, .json)
        case .protobuf: Self.readCommands(bytes, .protobuf)
        case .journal: Self.readJournal(bytes)
        case .snapshot: Self.readSnapshot(bytes)
        }
    }

    /// In one piece, and cut where the first byte says: the events must be the same.
    private static func readFrames(_ bytes: [UInt8]) {
        let cut = bytes.isEmpty ? 0 : Int(bytes[0]) % bytes.count
        let whole = Self.events([bytes])
        let pieces = Self.events([Array(bytes[..<cut]), Array(bytes[cut...])])
        precondition(whole == pieces, "the events do not depend on the reads")
    }

    private static func events(_ pieces: [[UInt8]]) -> [String] {
        var parser = FrameParser(limits: FrameLimits()), events: [String] = []
        for piece in pieces where !piece.isEmpty {
            parser.receive(ByteBuffer(bytes: piece))
            do {
                while let event = try parser.next() { events.append("\(event)") }
            } catch {
                return events + ["refused"]
            }
        }
        return events
    }

    private static func readCommands(_ bytes: [UInt8], _ encoding: WireEncoding) {
        var commands: [Command] = []
        do {
            try CommandDecoder(encoding).decode(ByteBuffer(bytes: bytes), into: &commands)
            precondition(!commands.isEmpty, "a frame that is taken has a command")
        } catch {
            precondition(commands.isEmpty, "a frame that is refused leaves nothing")
        }
    }

    /// As the only segment of a journal: verified, read, repaired, and what is kept is whole.
    private static func readJournal(_ bytes: [UInt8]) {
        let disk = SimulatedDisk()
        for path in ["data", "data/journal"] { try? disk.createDirectory(path) }
        disk.put("data/journal/00000000000000000001.segment", bytes)
        let reader = JournalReader(disk: disk, directory: "data")
        let verification = try? reader.verify()
        try? reader.forEachRecord { _, _, _, _ in }
        guard verification?.isWhole == false else { return }
        _ = try? reader.repair(acceptLoss: true)
        let after = try? reader.verify()
        precondition(after?.isWhole != false, "a repaired journal is whole")
    }

    private static func readSnapshot(_ bytes: [UInt8]) {
        let disk = SimulatedDisk()
        disk.put("snapshot", bytes)
        guard let reader = try? SnapshotReader(disk: disk, path: "snapshot") else { return }
        try? reader.verify()
    }
}
