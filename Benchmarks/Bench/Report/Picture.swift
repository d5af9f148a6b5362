/// A picture that is drawn piece by piece, as SVG: panels with a frame, a grid, curves and words.
///
/// Colours are told by class, for light and for dark. Text is the reader's sans-serif font. Pixels run from left to right
/// and downwards.
struct Picture {
    private var svg: String

    static let width = 860.0
    static let left = 84.0
    static let right = 830.0
    private static let colors = 5

    /// An empty page with a headline and words below it.
    init(title: String, words: String, height: Double) {
        self.svg = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(height))" role="img">
            <title>\(Self.escaped(title))</title>
            <style>
            text { font: 12px system-ui, sans-serif; fill: #1f2328 }
            .head { font-size: 16px; font-weight: 600 }
            .page { fill: #ffffff } .frame { fill: none; stroke: #8c959f } .grid { stroke: #d8dee4 }
            .curve { fill: none; stroke-width: 2 } .dot { fill: #ffffff; stroke-width: 2 }
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
            <text class="head" x="\(Self.plain(Self.left))" y="32">\(Self.escaped(title))</text>

            """
        self.text(words, Self.left, 52, "start")
    }

    /// The whole picture.
    var document: String { self.svg + "</svg>\n" }

    /// Draws a panel's frame.
    mutating func frame(_ top: Double, _ bottom: Double) {
        self.svg += "<rect class=\"frame\" x=\"\(Self.plain(Self.left))\" y=\"\(Self.plain(top))\" "
        self.svg += "width=\"\(Self.plain(Self.right - Self.left))\" height=\"\(Self.plain(bottom - top))\"/>\n"
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
        self.svg += "<polyline class=\"curve c\(index % Self.colors)\" points=\"\(places)\"/>\n"
    }

    /// Marks a point of the curve with this number.
    mutating func dot(_ point: (Double, Double), _ index: Int) {
        self.svg += "<circle class=\"dot c\(index % Self.colors)\" cx=\"\(Self.plain(point.0))\" "
        self.svg += "cy=\"\(Self.plain(point.1))\" r=\"3.5\"/>\n"
    }

    /// Names the curve with this number above the panel.
    mutating func key(_ label: String, _ index: Int) {
        let (x, y) = (Self.left + 104 + Double(index) * 164, 84.0)
        self.curve([(x, y - 4), (x + 20, y - 4)], index)
        self.text(label, x + 26, y, "start")
    }

    /// Writes what a panel shows, above its left corner.
    mutating func title(_ words: String, at y: Double) { self.text(words, Self.left, y, "start") }

    /// Writes what the horizontal axis of a panel counts.
    mutating func unit(_ words: String, below bottom: Double) { self.text(words, Self.right, bottom + 36, "end") }

    private mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) {
        self.svg += "<line class=\"grid\" x1=\"\(Self.plain(x1))\" y1=\"\(Self.plain(y1))\" "
        self.svg += "x2=\"\(Self.plain(x2))\" y2=\"\(Self.plain(y2))\"/>\n"
    }

    private mutating func text(_ words: String, _ x: Double, _ y: Double, _ anchor: String) {
        self.svg += "<text x=\"\(Self.plain(x))\" y=\"\(Self.plain(y))\" text-anchor=\"\(anchor)\">"
        self.svg += "\(Self.escaped(words))</text>\n"
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
