/// Samples of where threads were, merged: what `perf script -F comm,tid,ip,sym,dso | swift demangle` prints.
///
/// A sample is a line with a thread's name and number, then a line for each frame, the innermost first, then an empty
/// line.
package struct Profile: Equatable, Sendable {
    /// One function, called from where its parent is, and the samples in it and in what it calls.
    package struct Node: Equatable, Sendable {
        package let frame: Frame
        package internal(set) var samples = 0
        /// In the order of their coming.
        package internal(set) var callees: [Node] = []
    }

    /// By thread, in the order of their coming.
    package private(set) var threads: [Node] = []
    /// All samples.
    package var samples: Int { self.threads.reduce(0) { $0 + $1.samples } }
    /// Frames of the deepest sample, its thread among them.
    package private(set) var depth = 0

    package init(_ text: String) {
        var thread: Frame?
        var frames: [Frame] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.first == "\t" || line.first == " " {
                if let frame = Frame(line: line) { frames.append(frame) }
                continue
            }
            if let thread { self.add(frames, of: thread) }
            frames = []
            thread = Self.thread(line)
        }
        if let thread { self.add(frames, of: thread) }
    }

    private static func thread(_ line: Substring) -> Frame? {
        let words = line.split(separator: " ")
        // The last word is the thread's number: threads of one name are one.
        return words.count < 2 ? nil : Frame(label: words.dropLast().joined(separator: " "), kind: .thread)
    }

    private mutating func add(_ frames: [Frame], of thread: Frame) {
        let path = [thread] + frames.reversed()
        self.depth = max(self.depth, path.count)
        Node.add(path[...], to: &self.threads)
    }
}

extension Profile.Node {
    fileprivate static func add(_ path: ArraySlice<Frame>, to nodes: inout [Profile.Node]) {
        guard let frame = path.first else { return }
        let known = nodes.firstIndex { $0.frame == frame }
        let index = known ?? nodes.count
        if known == nil { nodes.append(Profile.Node(frame: frame)) }
        nodes[index].samples += 1
        Self.add(path.dropFirst(), to: &nodes[index].callees)
    }
}

/// A function, by a name that fits a picture, and whose it is.
package struct Frame: Hashable, Sendable {
    /// Whose code it is.
    package enum Kind: String, CaseIterable, Sendable {
        case thread, kernel, runtime, libc, nio
        case own = "switchboard"
    }

    package let label: String
    package let kind: Kind

    init(label: String, kind: Kind) {
        self.label = label
        self.kind = kind
    }

    /// An address, a symbol and, in brackets, the file that it is from; nil when there is no symbol.
    init?(line: Substring) {
        let words = line.drop { $0 == " " || $0 == "\t" }
        guard let space = words.firstIndex(of: " "), let bracket = words.lastIndex(of: "("), bracket > space
        else { return nil }
        let symbol = words[words.index(after: space)..<bracket].trimmed, file = words[bracket...]
        guard symbol != "[unknown]", !symbol.isEmpty else { return nil }
        self.label = Self.short(symbol)
        self.kind = Self.kind(symbol, file)
    }

    private static func kind(_ symbol: Substring, _ file: Substring) -> Kind {
        if file.contains("kernel") || file.contains("[k]") || file.contains("vdso") { return .kernel }
        if file.contains("libswift") || symbol.hasPrefix("swift_") { return .runtime }
        if file.contains("libc.so") || file.contains("libc-") || file.contains("libpthread") { return .libc }
        return symbol.contains("NIO") && !symbol.contains("Engine.") && !symbol.contains("WebSocketEdge.") ? .nio : .own
    }

    /// With private names, which stand in brackets beside a sum over their file, as they are in the source.
    private static func named(_ symbol: Substring) -> String {
        String(symbol.replacing(/\((\w+) in _[0-9A-F]+\)/) { String($0.output.1) })
    }

    /// Without parameters and results, and without the words of the compiler around the function that is meant.
    private static func short(_ symbol: Substring) -> String {
        var name = Self.named(symbol)[...]
        for word in [" in ", " of ", " for "] {
            if let end = name.lastRange(of: word),
                name.hasPrefix("closure") || name.hasPrefix("generic")
                    || name.hasPrefix("partial") || name.hasPrefix("protocol witness")
                    || name.hasPrefix("function signature")
            {
                name = name[end...]
            }
        }
        if let bracket = name.firstIndex(of: "("), bracket > name.startIndex { name = name[..<bracket] }
        if let angle = name.firstIndex(of: "<"), angle > name.startIndex { name = name[..<angle] }
        return String(name)
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.last == " " { text = text.dropLast() }
        return text
    }

    /// Where the text after the last of these words begins.
    fileprivate func lastRange(of words: String) -> Substring.Index? {
        var place = self.endIndex
        while place > self.startIndex {
            place = self.index(before: place)
            if self[place...].hasPrefix(words) { return self.index(place, offsetBy: words.count) }
        }
        return nil
    }
}
