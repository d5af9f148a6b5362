package import NIOCore

/// What is wrong with a request's JSON object, in words for its sender.
package enum JSONFieldError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    case json(JSONError)
    case missing(String)
    case duplicate(String)
    /// A name stands twice in an object of strings.
    case duplicateName(field: String)
    case wrong(String, expected: String)

    package var description: String {
        switch self {
        case .empty: "The request has no body; a JSON object is expected."
        case .json(let error): "\(error)"
        case .missing(let name): "The field \"\(name)\" is missing."
        case .duplicate(let name): "The field \"\(name)\" is given twice."
        case .duplicateName(let name): "The field \"\(name)\" has a name twice."
        case .wrong(let name, let expected): "The field \"\(name)\" must be \(expected)."
        }
    }
}

/// The fields of a request's JSON object, read strictly: known ones only, each once, each of its type.
///
/// The whole text is checked before the first field is handed out. `null` is a value like any other, and no field takes
/// it.
package struct JSONFields: Sendable {
    private var values: [(name: String, value: ByteBuffer)] = []

    /// Reads one object; a field that `known` does not hold is refused by name.
    package init(_ text: ByteBuffer, known: [String]) throws(JSONFieldError) {
        guard text.readableBytes > 0 else { throw .empty }
        self.values.reserveCapacity(known.count)
        do throws(JSONError) {
            var scanner = JSONScanner(text)
            try scanner.beginObject()
            while let name = try scanner.nextKey() {
                // A name is told before what is wrong with its value.
                guard known.contains(name) else { throw scanner.unknownField(name) }
                self.values.append((name, try scanner.raw()))
            }
            try scanner.finish()
        } catch {
            throw .json(error)
        }
        for (index, field) in self.values.enumerated()
        where self.values[..<index].contains(where: { $0.name == field.name }) {
            throw .duplicate(field.name)
        }
    }

    /// A field's value as JSON text, or nil when it is not given.
    package func raw(_ name: String) -> ByteBuffer? { self.values.first { $0.name == name }?.value }

    package func string(_ name: String) throws(JSONFieldError) -> String? {
        try self.read(name, "a string") { (scanner) throws(JSONError) in try scanner.string() }
    }

    package func boolean(_ name: String) throws(JSONFieldError) -> Bool? {
        try self.read(name, "true or false") { (scanner) throws(JSONError) in try scanner.boolean() }
    }

    /// A whole number in `range`, however it is spelt: 7, 7.0 and 70e-1 are one number (JSON Schema, 6.1.1).
    package func integer(_ name: String, in range: ClosedRange<Int64>) throws(JSONFieldError) -> Int64? {
        guard let text = self.raw(name) else { return nil }
        let spelling = String(buffer: text)
        let value = JSONScanner(text).nextKind == .number ? Int64(spelling) ?? Self.whole(spelling) : nil
        guard let value, range.contains(value) else {
            throw .wrong(name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private static func whole(_ spelling: String) -> Int64? { Double(spelling).flatMap { Int64(exactly: $0) } }

    /// An object, as JSON text.
    package func object(_ name: String) throws(JSONFieldError) -> ByteBuffer? {
        guard let text = self.raw(name) else { return nil }
        guard JSONScanner(text).nextKind == .object else { throw .wrong(name, expected: "an object") }
        return text
    }

    /// An array of objects, as JSON texts.
    package func objects(_ name: String) throws(JSONFieldError) -> [ByteBuffer]? {
        try self.read(name, "an array of objects") { (scanner) throws(JSONError) in
            var objects: [ByteBuffer] = []
            try scanner.beginArray()
            while try scanner.nextElement() {
                guard scanner.nextKind == .object else { throw .notA(.object, at: 0) }
                objects.append(try scanner.raw())
            }
            return objects
        }
    }

    /// An array of strings.
    package func strings(_ name: String) throws(JSONFieldError) -> [String]? {
        try self.read(name, "an array of strings") { (scanner) throws(JSONError) in
            var strings: [String] = []
            try scanner.beginArray()
            while try scanner.nextElement() { strings.append(try scanner.string()) }
            return strings
        }
    }

    /// An object whose values are strings, in the order given.
    package func stringMap(_ name: String) throws(JSONFieldError) -> [(name: String, value: String)]? {
        let map = try self.read(name, "an object of strings") { (scanner) throws(JSONError) in
            var map: [(name: String, value: String)] = []
            try scanner.beginObject()
            while let key = try scanner.nextKey() { map.append((key, try scanner.string())) }
            return map
        }
        guard let map, Set(map.map(\.name)).count < map.count else { return map }
        throw .duplicateName(field: name)
    }

    /// The value of a field that must be given.
    package func require<Value>(_ name: String, _ value: Value?) throws(JSONFieldError) -> Value {
        guard let value else { throw .missing(name) }
        return value
    }

    private func read<Value>(
        _ name: String,
        _ expected: String,
        _ body: (inout JSONScanner) throws(JSONError) -> Value
    ) throws(JSONFieldError) -> Value? {
        guard let text = self.raw(name) else { return nil }
        do throws(JSONError) {
            var scanner = JSONScanner(text)
            let value = try body(&scanner)
            try scanner.finish()
            return value
        } catch {
            // The text was checked: only its type or its range can be wrong.
            throw .wrong(name, expected: expected)
        }
    }
}
