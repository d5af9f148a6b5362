internal import Wire

extension Problem {
    /// What is wrong with the JSON of a request, in a plain sentence that names where.
    init(json error: JSONError) {
        let detail =
            switch error {
            case .unexpectedEnd(let at): "The JSON ends too early, after \(at) bytes."
            case .unexpectedByte(_, let at): "The JSON is malformed at byte \(at)."
            case .badNumber(let at): "The JSON has a malformed number at byte \(at)."
            case .badEscape(let at): "The JSON has an unknown escape in a string at byte \(at)."
            case .controlCharacter(let at): "The JSON has a bare control character in a string at byte \(at)."
            case .badUTF8(let at): "The JSON is not UTF-8 at byte \(at)."
            case .tooDeep(let at): "The JSON nests deeper than \(JSONValidator.depthMax) levels at byte \(at)."
            case .trailingText(let at): "Something follows the JSON at byte \(at)."
            case .notA(let kind, let at): "The JSON has no \(kind.rawValue) at byte \(at), where one is expected."
            case .outOfRange(let at): "The JSON has a number out of range at byte \(at)."
            case .unknownField(let name, _): "The field \"\(name)\" is not known here."
            }
        self.init(.badRequest, detail)
    }
}
