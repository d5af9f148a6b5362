internal import Accounts
internal import Engine
internal import HTTPTypes
package import HummingbirdCore
package import Logging
package import NIOCore
package import Primitives
internal import Telemetry

/// Answers one request: origin, route, credentials, body, then the route itself; whatever is refused is a problem.
package struct HTTPResponder: Sendable {
    /// What may differ from one server to another.
    package struct Configuration: Sendable {
        package var origins: Live<OriginPolicy>
        /// Only this machine can reach the server; `/metrics` is open then.
        package var isOnLoopback: Bool

        package init(origins: Live<OriginPolicy> = Live(OriginPolicy(allowed: [])), isOnLoopback: Bool) {
            self.origins = origins
            self.isOnLoopback = isOnLoopback
        }
    }

    /// What a request's body has beside a message's: all that stands around it.
    private static let envelopeBytesMax = 32 * 1024

    private let configuration: Configuration
    private let services: Services
    private let table: RouteTable
    private let authenticator: Authenticator
    private let metrics: RouteMetrics
    private let date: DateHeader
    private let logger: Logger

    /// Answers with the routes of `services`.
    package init(configuration: Configuration, services: Services, logger: Logger) {
        let verifier = services.identities.verifier
        self.configuration = configuration
        self.services = services
        self.table = RouteTable(Services.routes)
        self.authenticator = Authenticator { (token) throws(Problem) in try? await verifier.authenticate(token).get() }
        self.metrics = RouteMetrics(HTTPMetrics(services.registry), Services.routes)
        self.date = DateHeader(time: services.engine.time)
        self.logger = logger
    }

    /// The largest body of a request.
    private var requestBytesMax: Int { self.services.engine.limits.bodyBytesMax + Self.envelopeBytesMax }

    /// The answer to `request`; nil when the connection ended before the request did.
    package func respond(to request: Request, from remoteAddress: SocketAddress?) async -> Response? {
        let start = ContinuousClock.now
        let origin = self.configuration.origins.current.judge(
            origin: request.headers.value(of: .origin),
            host: request.head.authority
        )
        var found: Route?
        var response: Response
        do throws(Problem) {
            if origin == .foreign { throw Problem(.forbidden, "Pages of this origin may not call this server.") }
            switch try await self.plan(request, from: remoteAddress, found: &found) {
            case .answer(let ready): response = ready
            case .call(let route, var call):
                switch await RequestBody.collect(request, bytesMax: self.requestBytesMax) {
                case .complete(let body): call.body = body
                case .refused(let problem): throw problem
                case .broken: return nil
                }
                response = try await route.handler(self.services, call)
            }
        } catch {
            if error.status >= 500 {
                self.logger.warning(
                    "request not served",
                    metadata: [
                        "route": "\(found?.path ?? "none")", "code": "\(error.code.rawValue)",
                        "detail": "\(error.detail)",
                    ]
                )
            }
            response = Response(error)
        }
        if case .allowed(let origin) = origin { response.allow(origin: origin) }
        response.headers[.date] = self.date.value
        let metrics = found.map { self.metrics[$0] } ?? self.metrics.none
        metrics.count(response.status.code, after: ContinuousClock.now - start)
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// What is to be done with a request whose body is still to come.
    private enum Plan {
        case call(Route, Call)
        case answer(Response)
    }

    private func plan(
        _ request: Request,
        from remoteAddress: SocketAddress?,
        found: inout Route?
    ) async throws(Problem) -> Plan {
        switch try self.table.find(request.method, request.uri.path) {
        case .none: throw Problem(.notFound, "Nothing is at this address.")
        case .otherMethods(let methods):
            if request.method == .options { return .answer(.options(methods, asked: request.headers)) }
            var problem = Problem(.methodNotAllowed, "This address has \(methods.joined(separator: ", ")).")
            problem.allow = methods
            throw problem
        case .route(let route, let captures):
            found = route
            guard !route.needsEngine || self.services.engine.isReady else { throw Problem(EngineError.unavailable) }
            var call = Call(method: request.method, headers: request.headers, captures: captures)
            call.remoteAddress = remoteAddress
            call.caller = try await self.authenticator.admit(
                request.headers[values: .authorization],
                to: route.access,
                isOnLoopback: self.configuration.isOnLoopback
            )
            if !route.acceptsAnyQuery { call.query = try QueryParameters(request.uri.query, known: route.query) }
            return .call(route, call)
        }
    }
}
