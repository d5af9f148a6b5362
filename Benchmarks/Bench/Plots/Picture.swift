/// A picture that is drawn piece by piece, as SVG: panels with a frame, a grid, curves and words.
///
/// Colours are told by class, for light and for dark. Text is the reader's sans-serif font. Pixels run from left to right
/// and downwards.
struct Picture {
    private let title: String
    private var body = ""
    /// Where the next piece begins, from the top.
    private(set) var bottom: Double

    static let width = 860.0
    static let left = 84.0
    static let right = 830.0
    /// Five colours, as lines, dashes and dots.
    private static let colors = 5
    private static let strokes = ["", " dashed", " dotted"]
    /// A character is about so wide; there is nobody to ask how wide the reader's font is.
    private static let characterWidth = 6.5
    private static let lineHeight = 17.0

    /// An empty page with a headline and words below it.
    init(title: String, words: String) {
        self.title = title
        self.bottom = 52
        for line in Self.wrapped(words, width: Self.right - Self.left) {
            self.text(line, Self.left, self.bottom, "start")
            self.bottom += Self.lineHeight
        }
    }

    /// The whole picture.
    var document: String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(self.bottom + 12))" role="img">
        <title>\(Self.escaped(self.title))</title>
        <style>
        text { font: 12px system-ui, sans-serif; fill: #1f2328 }
        .head { font-size: 16px; font-weight: 600 }
        .page { fill: #ffffff } .frame { fill: none; stroke: #8c959f } .grid { stroke: #d8dee4 }
        .curve { fill: none; stroke-width: 2 } .dot { fill: #ffffff; stroke-width: 2 } 
        .dashed { stroke-dasharray: 7 4 } .dotted { stroke-dasharray: 2 3 }
        .c0 { stroke: #0969da } .c1 { stroke: #bc4c00 } .c2 { stroke: #1a7f37 } .c3 { stroke: #8250df }
        .c4 { stroke: #bf3989 }
        @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 } .page { fill: #0d1117 } .frame { stroke: #6e7681 } .grid { stroke: #30363d }
        .dot { fill: #0d1117 }
        .c0 { stroke: #58a6ff } .c1 { stroke: #ffa657 } .c2 { stroke: #56d364 } .c3 { stroke: #d2a8ff }
        .c4 { stroke: #ff9bce }
        }
        </style>
        <rect class="page" width="100%" height="100%"/>
        <text class="head" x="\(Self.plain(Self.left))" y="32">\(Self.escaped(self.title))</text>

        """ + self.body + "</svg>\n"
    }

    /// Takes room for a panel with its title above and its unit below; the panel's top and bottom.
    mutating func panel(height: Double, title: String, unit: String) -> (top: Double, bottom: Double) {
        let top = self.bottom + 16
        let end = top + height
        self.text(title, Self.left, top - 10, "start")
        self.text(unit, Self.right, end + 36, "end")
        self.frame(top, end)
        self.bottom = end + 52
        return (top, end)
    }

    /// Draws a panel's frame.
    private mutating func frame(_ top: Double, _ bottom: Double) {
        self.body += "<rect class=\"frame\" x=\"\(Self.plain(Self.left))\" y=\"\(Self.plain(top))\" "
        self.body += "width=\"\(Self.plain(Self.right - Self.left))\" height=\"\(Self.plain(bottom - top))\"/>\n"
    }

    /// Draws a line of the grid from side to side, labelled on the left.
    mutating func horizontalLine(_ tick: Axis.Tick) {
        self.line(Self.left, tick.place, Self.right, tick.place)
        self.text(tick.label, Self.left - 8, tick.place + 4, "end")
    }

    /// Draws a line of the grid from top to bottom, labelled below.
    mutating func verticalLine(_ tick: Axis.Tick, _ top: Double, _ bottom: Double) {
        self.line(tick.place, top, tick.place, bottom)
        self.text(tick.label, tick.place, bottom + 18, "middle")
    }

    /// Draws a curve in the colour with this number.
    mutating func curve(_ points: [(Double, Double)], _ index: Int) {
        let places = points.map { "\(Self.plain($0.0)),\(Self.plain($0.1))" }.joined(separator: " ")
        self.body += "<polyline class=\"curve \(Self.color(index))\" points=\"\(places)\"/>\n"
    }

    /// Marks a point of the curve with this number.
    mutating func dot(_ point: (Double, Double), _ index: Int) {
        self.body += "<circle class=\"dot \(Self.color(index))\" cx=\"\(Self.plain(point.0))\" "
        self.body += "cy=\"\(Self.plain(point.1))\" r=\"3.5\"/>\n"
    }

    /// Names the curves, in rows.
    mutating func legend(_ labels: [String]) {
        var x = Self.left
        self.bottom += 2
        for (index, label) in labels.enumerated() {
            let width = 26 + Double(label.count) * Self.characterWidth
            if x > Self.left, x + width > Self.right {
                x = Self.left
                self.bottom += Self.lineHeight
            }
            self.curve([(x, self.bottom - 4), (x + 20, self.bottom - 4)], index)
            self.text(label, x + 26, self.bottom, "start")
            x += width + 20
        }
        self.bottom += Self.lineHeight
    }

    /// Lines of whole words that are no wider than this, where words allow it.
    static func wrapped(_ words: String, width: Double) -> [String] {
        var lines: [String] = []
        for word in words.split(separator: " ") {
            if let last = lines.last, Double(last.count + 1 + word.count) * Self.characterWidth <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    private mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) {
        self.body += "<line class=\"grid\" x1=\"\(Self.plain(x1))\" y1=\"\(Self.plain(y1))\" "
        self.body += "x2=\"\(Self.plain(x2))\" y2=\"\(Self.plain(y2))\"/>\n"
    }

    private mutating func text(_ words: String, _ x: Double, _ y: Double, _ anchor: String) {
        self.body += "<text x=\"\(Self.plain(x))\" y=\"\(Self.plain(y))\" text-anchor=\"\(anchor)\">"
        self.body += "\(Self.escaped(words))</text>\n"
    }

    private static func color(_ index: Int) -> String {
        "c\(index % Self.colors)\(Self.strokes[index / Self.colors % Self.strokes.count])"
    }

    /// A number along an axis: `10 K`, `1.5 M`.
    static func label(_ value: Double) -> String {
        guard value.magnitude >= 10 else { return Self.plain(value) }
        var words = Numbers.short(value).split(separator: " ").map(String.init)
        if words[0].contains("."), let number = Double(words[0]) { words[0] = Self.plain(number) }
        return words.joined(separator: " ")
    }

    /// At most three decimals, without zeros at the end.
    static func plain(_ value: Double) -> String {
        let text = Numbers.decimal(value, places: 3).split(separator: ",").joined()
        guard text.contains(".") else { return text }
        let trimmed = text.reversed().drop { $0 == "0" }
        return String((trimmed.first == "." ? trimmed.dropFirst() : trimmed).reversed())
    }

    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
    }
}
