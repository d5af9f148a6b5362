internal import Policies
internal import Drivers
internal import Engine

extension Problem {
    init(_ error: DriverError) {
        switch error {
        case .noSuchChat: self.init(.forbidden, "This is no chat of yours.")
        case .badEtag: self.init(.badRequest, "The field \"etag\" is none that this server gave.")
        case .badCursor: self.init(.badRequest, "The cursor is none that this server gave.")
        case .badField(let name, let expected): self.init(.badRequest, "The field \"\(name)\" must be \(expected).")
        case .foreignMessage(let id): self.init(.forbidden, "\"\(Self.shown(id))\" is no message of yours.")
        case .noSuchMessage(let id): self.init(.notFound, "There is no message \"\(Self.shown(id))\".")
        case .notAnOption(let text): self.init(.notAnOption, "The question does not offer \"\(Self.shown(text))\".")
        case .tooMany(let field, let countMax):
            self.init(.tooLarge, "The field \"\(field)\" has more than \(countMax) entries.")
        case .noSuchItem: self.init(.notFound, "There is no such item.")
        case .noSuchConfiguration: self.init(.notFound, "There is no such document, or not in this version.")
        case .keyReused: self.init(EngineError.keyReused)
        case .keyInFlight: self.init(.conflict, "The first request under this key is not answered yet.")
        case .planChanged:
            self.init(.preconditionFailed, "Recipients or rules are others than those of the plan: simulate again.")
        case .versionMismatch(let version):
            self.init(.preconditionFailed, "The document has version \(version) by now.")
        case .fault(let fault):
            self.init(.badRequest, "\(fault).")
            self.pointer = fault.path
        case .engine(let error): self.init(error)
        }
    }
}

/// Runs a call to the drivers' communications.
func driving<Value>(_ body: () async throws(DriverError) -> Value) async throws(Problem) -> Value {
    do throws(DriverError) { return try await body() } catch { throw Problem(error) }
}
