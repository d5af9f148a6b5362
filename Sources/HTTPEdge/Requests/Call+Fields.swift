internal import Accounts
internal import Engine
internal import NIOCore
internal import Primitives

extension Call {
    /// Who calls, on a route that is not open.
    var identity: Identity {
        get throws(Problem) {
            guard let caller = self.caller else { throw Problem(.unauthenticated, "This needs credentials.") }
            return caller
        }
    }

    /// The caller's address, on a route for subjects.
    var subject: Address {
        get throws(Problem) {
            guard let address = try self.identity.address else { throw Problem(.forbidden, Access.subject.refusal) }
            return address
        }
    }

    /// The address that a captured id means.
    func address(_ kind: AddressKind, _ index: Int = 0) throws(Problem) -> Address {
        guard let address = Address(kind: kind, id: self.captures[index]) else {
            throw Problem(.badRequest, "\"\(Problem.shown(self.captures[index]))\" is not the id of a \(kind.name).")
        }
        return address
    }

    /// For a request that has nothing to say: no body, or an empty object.
    func expectNoFields() throws(Problem) {
        guard self.body.readableBytes > 0 else { return }
        _ = try RequestFields(self.body, known: [])
    }
}
