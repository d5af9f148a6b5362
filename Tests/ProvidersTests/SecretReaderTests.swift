import Foundation
import Primitives
import Providers
import Testing

@Suite("Secrets")
struct SecretReaderTests {
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "secrets-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test("A secret that changes in its place takes effect within seconds")
    func rereads() throws {
        try self.withFolder { folder in
            let file = folder.appending(path: "key"), time = ManualTime(start)
            let variables = Variables(["KEY": "one"])
            let reader = SecretReader(time: time) { variables[$0] }
            try Data(" from a file \n".utf8).write(to: file)
            #expect(try reader.text(of: .file(file.path)) == "from a file")
            #expect(try reader.text(of: .variable("KEY")) == "one")
            try Data("anew".utf8).write(to: file)
            variables["KEY"] = nil
            #expect(try reader.text(of: .file(file.path)) == "from a file")
            time.advance(by: SecretReader.keptFor)
            #expect(try reader.text(of: .file(file.path)) == "anew")
            #expect(throws: SecretFault.noVariable("KEY")) { try reader.text(of: .variable("KEY")) }
            variables["KEY"] = "two"
            time.set(start)
            #expect(try reader.text(of: .variable("KEY")) == "two", "the clock was put back")
        }
    }

    @Test("What is no secret is told by its reason")
    func faults() throws {
        try self.withFolder { folder in
            let variables = Variables(["EMPTY": " \n", "WORDS": "two words"])
            let reader = SecretReader(time: ManualTime(start)) { variables[$0] }
            let long = folder.appending(path: "long"), binary = folder.appending(path: "binary")
            try Data(repeating: 0x61, count: SecretReader.bytesMax + 1).write(to: long)
            try Data([0xFF, 0xFE]).write(to: binary)
            let none = folder.appending(path: "none").path
            #expect(throws: SecretFault.unreadable(path: none, errno: ENOENT)) { try reader.text(of: .file(none)) }
            #expect(throws: SecretFault.notAFile(path: folder.path)) { try reader.text(of: .file(folder.path)) }
            #expect(throws: SecretFault.notAFile(path: "/dev/zero")) { try reader.text(of: .file("/dev/zero")) }
            #expect(throws: SecretFault.tooLong(bytesMax: 65_536)) { try reader.text(of: .file(long.path)) }
            #expect(throws: SecretFault.notText) { try reader.text(of: .file(binary.path)) }
            #expect(throws: SecretFault.empty) { try reader.text(of: .variable("EMPTY")) }
            #expect(throws: SecretFault.unfit("is not one word of ASCII")) { try reader.line(of: .variable("WORDS")) }
        }
    }
}
