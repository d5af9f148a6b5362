internal import NIOCore
internal import Drivers
internal import Engine
internal import HTTPTypes
internal import Primitives

extension Call {
    /// The driver who calls, on a route for drivers.
    var driver: Address {
        get throws(Problem) {
            let subject = try self.subject
            guard subject.kind == .driver else { throw Problem(.forbidden, "This needs the session of a driver.") }
            return subject
        }
    }

    /// The fields of a request whose body may be left out.
    func optionalFields(_ known: [String]) throws(Problem) -> RequestFields? {
        self.body.readableBytes == 0 ? nil : try RequestFields(self.body, known: known)
    }

    /// What the caller knows: the field `etag`, or else the header If-None-Match.
    ///
    /// A header that is none of ours matches nothing (RFC 9110, 13.1.2); a field that is none is refused.
    func etag(_ fields: RequestFields?) throws(Problem) -> DriverEtag? {
        guard let text = try fields?.string("etag") else {
            return self.headers.value(of: .ifNoneMatch).flatMap { DriverEtag($0) }
        }
        guard let etag = DriverEtag(text) else { throw Problem(DriverError.badEtag) }
        return etag
    }

    /// As above, where the etag is all that a body may have.
    func etag() throws(Problem) -> DriverEtag? { try self.etag(self.optionalFields(["etag"])) }

    /// The driver that a field names by his id.
    func driver(_ id: String) throws(Problem) -> Address {
        guard let driver = Address(kind: .driver, id: id) else {
            throw Problem(.badRequest, "\"\(Problem.shown(id))\" is not the id of a driver.")
        }
        return driver
    }
}
