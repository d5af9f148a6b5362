extension RequestFields {
    /// A name or title as a person typed it: at most `countMax` Unicode scalars, none of them a control character.
    ///
    /// The bound is that of the description, which counts what is sent; what is stored has no white space at its ends.
    package func name(_ field: String, countMax: Int) throws(Problem) -> String? {
        guard let text = try self.string(field) else { return nil }
        guard (1...countMax).contains(text.unicodeScalars.count),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw Problem(
                .badRequest,
                "The field \"\(field)\" must have 1 to \(countMax) characters, none of them a control character."
            )
        }
        return text
    }
}
