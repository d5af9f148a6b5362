/// What a service key may do (PROTOCOL "Starting").
package enum Scope: String, CaseIterable, Sendable {
    case publish, feeds, tokens, devices, config, stats
    /// Everything, also what no other scope names.
    case `operator`
}

/// A set of scopes in one byte.
package struct Scopes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package init(_ scopes: some Sequence<Scope>) {
        self = scopes.reduce(into: []) { $0.formUnion(Self.one($1)) }
    }

    /// Every scope: the operator's own key.
    package static let all = Scopes(Scope.allCases)

    /// Whether a call that asks for `scope` is allowed.
    package func allows(_ scope: Scope) -> Bool {
        !self.isDisjoint(with: [Self.one(scope), Self.one(.operator)])
    }

    /// Their names, in the order of the protocol.
    package var names: [String] { Scope.allCases.filter { self.contains(Self.one($0)) }.map(\.rawValue) }

    private static func one(_ scope: Scope) -> Scopes {
        Scopes(rawValue: 1 << UInt8(Scope.allCases.firstIndex(of: scope) ?? 0))
    }
}
