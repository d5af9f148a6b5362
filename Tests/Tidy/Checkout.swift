import Foundation

/// One text file of the checkout.
struct TextFile: Sendable {
    /// Its path from the top of the checkout.
    let path: String
    let text: String
    /// The text taken apart, of a Swift file.
    let swift: SwiftText

    init(path: String, text: String) {
        self.path = path
        self.text = text
        self.swift = SwiftText(path.hasSuffix(".swift") ? text : "")
    }

    var name: String { String(self.path.split(separator: "/").last ?? "") }

    /// Its lines, without the empty piece behind the last newline.
    var lines: [Substring] {
        var lines = self.text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    func isUnder(_ folders: [String]) -> Bool { folders.contains { self.path.hasPrefix("\($0)/") } }
}

/// The tree that the rules look at: what a clone holds, without what builds and runs leave behind.
///
/// `TIDY_CHECKOUT=DIR` looks at another tree than the one that this file was compiled in.
struct Checkout: Sendable {
    let root: String
    let files: [TextFile]

    /// Folders that are never committed.
    private static let skippedFolders: Set = [".build", ".git", ".swiftpm", ".venv", "__pycache__", "node_modules"]
    /// Files that are never committed; `.git` is a file where a repository has more than one checkout.
    private static let skippedFiles: Set = [".git", "Package.resolved"]
    /// What counts as text here; a file without an extension counts, too.
    private static let textExtensions: Set = [
        "swift", "c", "h", "md", "yml", "yaml", "json", "sh", "py", "txt", "html", "css", "js", "mjs", "toml", "conf",
    ]

    static let present = Checkout(
        at: ProcessInfo.processInfo.environment["TIDY_CHECKOUT"] ?? Self.topFolder(of: #filePath)
    )

    init(at root: String) {
        self.root = root
        self.files = Self.textPaths(in: root).compactMap { path in
            guard let data = FileManager.default.contents(atPath: "\(root)/\(path)"),
                let text = String(bytes: data, encoding: .utf8)
            else { return nil }
            return TextFile(path: path, text: text)
        }
    }

    /// The Swift files that people wrote.
    var swiftFiles: [TextFile] {
        self.files.filter { $0.path.hasSuffix(".swift") && $0.isUnder(["Sources", "Tests", "Benchmarks"]) }
    }

    /// The pages that people read.
    var pages: [TextFile] {
        self.files.filter { $0.path.hasSuffix(".md") && ($0.path == "README.md" || $0.isUnder(["Docs"])) }
    }

    func file(_ path: String) -> TextFile? { self.files.first { $0.path == path } }

    /// The names of the folders right under a folder.
    func folders(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(self.root)/\(folder)")) ?? []
        return names.filter { self.isFolder("\(folder)/\($0)") }.sorted()
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(self.root)/\(path)") }

    private func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: "\(self.root)/\(path)", isDirectory: &isFolder)
            && isFolder.boolValue
    }

    /// `<top>/Tests/Tidy/<file>` without its last three parts.
    private static func topFolder(of file: String) -> String {
        "/" + file.split(separator: "/").dropLast(3).joined(separator: "/")
    }

    private static func textPaths(in root: String) -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: root) else { return [] }
        var paths: [String] = []
        while let path = walk.nextObject() as? String {
            let isFolder = walk.fileAttributes?[.type] as? FileAttributeType == .typeDirectory
            if isFolder {
                if self.isSkipped(path) { walk.skipDescendants() }
            } else if self.isText(path) {
                paths.append(path)
            }
        }
        return paths.sorted()
    }

    /// Besides the folders above: a server's data, and its snapshots but for the golden ones.
    private static func isSkipped(_ folder: String) -> Bool {
        guard folder != "data" else { return true }
        if folder.hasPrefix("snapshots/"), folder != "snapshots/golden" { return true }
        return self.skippedFolders.contains(String(folder.split(separator: "/").last ?? ""))
    }

    private static func isText(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        guard !self.skippedFiles.contains(String(name)) else { return false }
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return true }
        return self.textExtensions.contains(String(name[name.index(after: dot)...]))
    }
}
