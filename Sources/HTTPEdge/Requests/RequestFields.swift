package import NIOCore
internal import Wire

/// The fields of a request's JSON object, read strictly; what is wrong with them is a problem.
package struct RequestFields: Sendable {
    private let fields: JSONFields

    /// Reads one object; a field that `known` does not hold is refused by name.
    package init(_ text: ByteBuffer, known: [String]) throws(Problem) {
        self.fields = try Problem.reading { () throws(JSONFieldError) in try JSONFields(text, known: known) }
    }

    /// The fields as they were read, for what reads them in its own way.
    var json: JSONFields { self.fields }

    package func string(_ name: String) throws(Problem) -> String? {
        try Problem.reading { () throws(JSONFieldError) in try self.fields.string(name) }
    }

    package func boolean(_ name: String) throws(Problem) -> Bool? {
        try Problem.reading { () throws(JSONFieldError) in try self.fields.boolean(name) }
    }

    /// A whole number in `range`.
    package func integer(_ name: String, in range: ClosedRange<Int64>) throws(Problem) -> Int64? {
        try Problem.reading { () throws(JSONFieldError) in try self.fields.integer(name, in: range) }
    }

    /// An object, as JSON text.
    package func object(_ name: String) throws(Problem) -> ByteBuffer? {
        try Problem.reading { () throws(JSONFieldError) in try self.fields.object(name) }
    }

    /// An array of objects, each read as strictly as the whole.
    package func objects(_ name: String, known: [String]) throws(Problem) -> [RequestFields]? {
        let texts = try Problem.reading { () throws(JSONFieldError) in try self.fields.objects(name) }
        return try texts?.map { (text) throws(Problem) in try RequestFields(text, known: known) }
    }

    /// An array of strings.
    package func strings(_ name: String) throws(Problem) -> [String]? {
        try Problem.reading { () throws(JSONFieldError) in try self.fields.strings(name) }
    }

    /// An object whose values are strings, in the order given.
    package func stringMap(_ name: String) throws(Problem) -> [(name: String, value: String)]? {
        try Problem.reading { () throws(JSONFieldError) in try self.fields.stringMap(name) }
    }

    /// The value of a field that must be given.
    package func require<Value>(_ name: String, _ value: Value?) throws(Problem) -> Value {
        try Problem.reading { () throws(JSONFieldError) in try self.fields.require(name, value) }
    }
}

extension Problem {
    /// Reads fields; what is wrong with them becomes a problem.
    static func reading<Value>(_ body: () throws(JSONFieldError) -> Value) throws(Problem) -> Value {
        do throws(JSONFieldError) { return try body() } catch { throw Problem(error) }
    }

    init(_ error: JSONFieldError) {
        switch error {
        case .json(let error): self.init(json: error)
        case .empty, .missing, .duplicate, .duplicateName, .wrong: self.init(.badRequest, "\(error)")
        }
    }
}
