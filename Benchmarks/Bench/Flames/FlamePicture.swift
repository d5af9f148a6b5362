/// A flame graph, drawn as SVG: a row for each depth of calls, a box for each function, as wide as it has samples.
///
/// What is narrower than half a pixel is left out. A pointer on a box tells its whole name and its share.
package struct FlamePicture: Sendable {
    private static let width = 1200.0
    private static let row = 17.0
    private static let top = 84.0
    private static let narrowest = 0.5
    /// Pixels of a letter, about.
    private static let letter = 6.6

    private let profile: Profile
    private var boxes = ""
    private var depth = 0

    /// Draws a profile under a headline, with words on how it was taken.
    package init(_ profile: Profile) {
        self.profile = profile
        var x = 0.0
        for thread in profile.threads.sorted(by: { $0.samples > $1.samples }) { x = self.draw(thread, x, 0) }
    }

    /// The picture's text.
    package func document(title: String, words: String) -> String {
        let height = Self.top + Double(self.depth + 1) * Self.row + 12
        var svg = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(height))" role="img">
            <title>\(Picture.escaped(title))</title>
            <style>
            text { font: 11px ui-monospace, monospace; fill: #1f2328; pointer-events: none }
            .head { font: 600 16px system-ui, sans-serif } .words { font: 12px system-ui, sans-serif }
            rect { stroke: #ffffff; stroke-width: 0.5 }
            .thread { fill: #d0d7de } .kernel { fill: #ffb77c } .runtime { fill: #d8b9ff } .libc { fill: #ffd8e8 }
            .nio { fill: #a5d6ff } .switchboard { fill: #aceebb } .page { fill: #ffffff; stroke: none }
            </style>
            <rect class="page" width="100%" height="100%"/>
            <text class="head" x="8" y="24">\(Picture.escaped(title))</text>
            <text class="words" x="8" y="44">\(Picture.escaped(words)) \(self.profile.samples) samples.</text>

            """
        for (number, kind) in Frame.Kind.allCases.enumerated() {
            let x = 8 + Double(number) * 130
            svg += "<rect class=\"\(kind.rawValue)\" x=\"\(Picture.plain(x))\" y=\"56\" width=\"14\" height=\"14\"/>"
            svg += "<text class=\"words\" x=\"\(Picture.plain(x + 20))\" y=\"68\">\(kind.rawValue)</text>\n"
        }
        return svg + self.boxes + "</svg>\n"
    }

    /// Draws a function and what it calls; returns where the next begins.
    private mutating func draw(_ node: Profile.Node, _ x: Double, _ depth: Int) -> Double {
        let width = Self.width * Double(node.samples) / Double(max(1, self.profile.samples))
        guard width >= Self.narrowest else { return x + width }
        self.depth = max(self.depth, depth)
        let share = Numbers.decimal(100 * Double(node.samples) / Double(self.profile.samples), places: 1)
        let y = Self.top + Double(depth) * Self.row, name = Picture.escaped(node.frame.label)
        self.boxes += "<g><title>\(name): \(share) %</title><rect class=\"\(node.frame.kind.rawValue)\" "
        self.boxes += "x=\"\(Picture.plain(x))\" y=\"\(Picture.plain(y))\" width=\"\(Picture.plain(width))\" "
        self.boxes += "height=\"\(Picture.plain(Self.row - 1))\"/>"
        let letters = Int((width - 6) / Self.letter)
        if letters >= 3 {
            let label = node.frame.label
            let shown = label.count <= letters ? label : label.prefix(letters - 1) + "…"
            self.boxes += "<text x=\"\(Picture.plain(x + 3))\" y=\"\(Picture.plain(y + 12))\">"
            self.boxes += "\(Picture.escaped(String(shown)))</text>"
        }
        self.boxes += "</g>\n"
        var next = x
        for callee in node.callees.sorted(by: { $0.samples > $1.samples }) { next = self.draw(callee, next, depth + 1) }
        return x + width
    }
}
