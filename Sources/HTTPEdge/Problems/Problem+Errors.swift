package import Accounts
package import Engine
package import Messenger

// One switch for each closed set of errors, without a default: a new case does not compile until a client can be told
// of it.

extension Problem {
    package init(_ error: EngineError) {
        switch error {
        case .notPermitted: self.init(.forbidden, "This is not yours to see or do.")
        case .notFound: self.init(.notFound, "There is no such thing.")
        case .conflict: self.init(.conflict, "It exists already, or was changed meanwhile.")
        case .keyReused: self.init(.keyReused, "The idempotency key was used with another content.")
        case .tooManyMembers(let countMax): self.init(.conflict, "No more than \(countMax) members fit in.")
        case .bodyTooLarge(let bytes, let bytesMax):
            self.init(.tooLarge, "The message's body has \(bytes) bytes; \(bytesMax) are allowed.")
        case .storageFull: self.init(.unavailable, "The disk is full.", retryAfter: 30)
        case .heldAfterRestore:
            self.init(.heldAfterRestore, "This is a restored copy on hold: release it before it sends.", retryAfter: 60)
        case .unavailable: self.init(.unavailable, "The server is starting or stopping.", retryAfter: 1)
        case .noSuchReply: self.init(.conflict, "The field \"replyTo\" names no message of this conversation.")
        }
    }

    package init(_ error: MessengerError) {
        switch error {
        case .badAddress(let text): self.init(.badRequest, "\"\(Self.shown(text))\" is not an address that fits here.")
        case .unknownUsers(let ids):
            let shown = ids.prefix(5).map { "\"\(Self.shown($0))\"" }.joined(separator: ", ")
            self.init(.notFound, "There is no user \(shown).")
        case .badTitle:
            self.init(
                .badRequest,
                "The field \"title\" must have 1 to 256 characters, none of them a control character."
            )
        case .badCursor: self.init(.badRequest, "The cursor is none that this server gave.")
        case .notPermitted: self.init(EngineError.notPermitted)
        case .notFound: self.init(EngineError.notFound)
        case .conflict: self.init(EngineError.conflict)
        case .keyReused: self.init(EngineError.keyReused)
        case .tooManyMembers(let countMax): self.init(EngineError.tooManyMembers(countMax: countMax))
        case .bodyTooLarge(let bytes, let bytesMax):
            self.init(EngineError.bodyTooLarge(bytes: bytes, bytesMax: bytesMax))
        case .storageFull: self.init(EngineError.storageFull)
        case .heldAfterRestore: self.init(EngineError.heldAfterRestore)
        case .unavailable: self.init(EngineError.unavailable)
        case .noSuchReply: self.init(EngineError.noSuchReply)
        }
    }

    package init(_ error: AccountError) {
        switch error {
        case .usernameTaken: self.init(.conflict, "The username is taken.")
        case .badUsername(let fault): self.init(.badRequest, Self.detail(fault))
        // Two fields that are fine by themselves, as a schema sees them, and clash.
        case .weakPassword(.equalsUsername): self.init(.conflict, Self.detail(.equalsUsername))
        case .weakPassword(let fault): self.init(.badRequest, Self.detail(fault))
        case .badDisplayName(let fault): self.init(.badRequest, Self.detail(fault))
        case .wrongCredentials: self.init(.unauthenticated, "The username or the password is wrong.")
        case .throttled(let delay):
            self.init(.rateLimited, "Too many failed logins.", retryAfter: Self.seconds(delay))
        case .busy: self.init(.unavailable, "Too many passwords are being checked.", retryAfter: 2)
        case .badKeyName: self.init(.badRequest, "The field \"name\" must have 1 to 128 characters.")
        case .badScopes(let unknown):
            let detail = unknown.first.map { "The scope \"\(Self.shown($0))\" does not exist." }
            self.init(.badRequest, detail ?? "The field \"scopes\" must name at least one scope.")
        case .badSubject:
            self.init(.badRequest, "The field \"subject\" must be the address of a user, driver or device.")
        case .badLifetime: self.init(.badRequest, "The field \"ttl\" must be from 1 second to 10 years.")
        case .notFound: self.init(EngineError.notFound)
        case .keyReused: self.init(EngineError.keyReused)
        case .engine(let error): self.init(error)
        }
    }

    private static func detail(_ fault: UsernameFault) -> String {
        switch fault {
        case .empty: "The field \"username\" is empty."
        case .tooLong: "The field \"username\" has more than 64 characters."
        case .character: "The field \"username\" may have letters, digits, \".\", \"_\" and \"-\" only."
        }
    }

    private static func detail(_ fault: PasswordFault) -> String {
        switch fault {
        case .empty: "The field \"password\" is empty."
        case .tooShort: "The field \"password\" has fewer than 8 characters."
        case .tooLong: "The field \"password\" has more than 1,024 bytes."
        case .whitespace: "The field \"password\" is nothing but white space."
        case .equalsUsername: "The password is the username."
        }
    }

    private static func detail(_ fault: DisplayNameFault) -> String {
        switch fault {
        case .empty: "The field \"displayName\" is empty."
        case .tooLong: "The field \"displayName\" has more than 128 characters."
        case .control: "The field \"displayName\" has a control character."
        }
    }

    /// A delay as `Retry-After` has it: whole seconds, rounded up.
    static func seconds(_ delay: Duration) -> Int {
        let parts = delay.components
        return max(1, Int(parts.seconds) + (parts.attoseconds > 0 ? 1 : 0))
    }

    /// What a client sent, short enough to be sent back.
    static func shown(_ text: String) -> String { text.count > 64 ? text.prefix(64) + "…" : text }
}
