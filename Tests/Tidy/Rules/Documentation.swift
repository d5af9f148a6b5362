/// Every type that another module can see says what it is.
///
/// The formatter looks at `public` only; this rule sees `package`, too.
enum Documentation {
    static func undocumentedTypes(in file: TextFile) -> [Violation] {
        let declaration =
            #/^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:final|indirect|nonisolated|distributed)\s+)*(?:public|package|open)\s+(?:(?:final|indirect|nonisolated|distributed)\s+)*(?:struct|class|enum|actor|protocol)\s+(?<name>\w+)/#
        let code = file.swift.codeLines, comments = file.swift.commentLines
        return code.indices.compactMap { index in
            guard ["package ", "public ", "open "].contains(where: { code[index].contains($0) }),
                let match = code[index].firstMatch(of: declaration)
            else { return nil }
            let name = String(match.output.name)
            // `class func` and its like declare no type.
            guard !["func", "var", "let", "subscript"].contains(name), !Self.isDocumented(index, code, comments)
            else { return nil }
            return Violation(file.path, line: index + 1, "\(name) has no documentation")
        }
    }

    /// Whether a doc comment stands right above, attributes and conditions of compilation aside.
    private static func isDocumented(_ index: Int, _ code: [Substring], _ comments: [Substring]) -> Bool {
        for above in (0..<index).reversed() {
            let words = code[above].drop { $0 == " " }
            if words.starts(with: "@") || words.starts(with: "#") { continue }
            let comment = comments[above].drop { $0 == " " }
            return comment.starts(with: "///") || comment.contains("*/")
        }
        return false
    }
}
