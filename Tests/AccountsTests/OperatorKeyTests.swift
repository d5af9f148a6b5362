import Foundation
import Testing

@testable import Accounts

@Suite("Operator's key")
struct OperatorKeyTests {
    @Test("The first start makes a key that only its owner reads, the second one reads it")
    func made() throws {
        try withDirectory { directory in
            let first = try OperatorKey.load(directory: directory, environment: [:])
            let second = try OperatorKey.load(directory: directory, environment: [:])
            #expect(first.text == second.text)
            #expect(first.text.hasPrefix("sbo_"))
            #expect(first.text.count == 47)
            let path = "\(directory)/\(OperatorKey.fileName)"
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == [OperatorKey.fileName])
        }
    }

    @Test("A key in the environment comes first, and makes no file")
    func environment() throws {
        try withDirectory { directory in
            let key = try OperatorKey.load(directory: directory, environment: [OperatorKey.variable: "from-outside"])
            #expect(key.text == "from-outside")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
        }
    }

    @Test("A key that no header can carry is refused by where it stands")
    func invalid() throws {
        try withDirectory { directory in
            #expect(throws: OperatorKeyError.invalidVariable) {
                try OperatorKey.load(directory: directory, environment: [OperatorKey.variable: "two words"])
            }
            let path = "\(directory)/\(OperatorKey.fileName)"
            try Data().write(to: URL(filePath: path))
            #expect(throws: OperatorKeyError.invalidFile(path: path)) {
                try OperatorKey.load(directory: directory, environment: [:])
            }
        }
    }

    @Test("What cannot be read or made is told with its path")
    func failures() throws {
        try withDirectory { directory in
            let path = "\(directory)/\(OperatorKey.fileName)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            #expect(throws: OperatorKeyError.unreadable(path: path, errno: EISDIR)) {
                try OperatorKey.load(directory: directory, environment: [:])
            }
            let missing = "\(directory)/none"
            #expect(throws: OperatorKeyError.unwritable(path: "\(missing)/operator.key", errno: ENOENT)) {
                try OperatorKey.load(directory: missing, environment: [:])
            }
        }
    }

    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory)
    }
}
