package import Engine
internal import Policies
internal import Primitives
internal import Synchronization

/// The documents of configuration: checked before they take effect, renewed while the server runs, each version kept
/// (D6, DRIVERS "Configuration documents").
package final class Configurations: Sendable {
    /// The bytes of one document.
    package static let bytesMax = 64 * 1024

    private struct State {
        var documents: [ConfigurationName: Document] = [:]
        var active: ActiveConfiguration
    }

    private let engine: Engine
    private let state = Mutex(State(active: .initial))

    /// Follows the engine's documents; before the engine starts.
    package init(engine: Engine) {
        self.engine = engine
        engine.observe(.configuration) { [self] change in
            guard case .put(let document) = change else { return }
            self.take(document)
        }
    }

    /// What holds now.
    package var active: ActiveConfiguration { self.state.withLock { $0.active } }

    /// The chats that hold now.
    package var sheet: ChatSheet { self.state.withLock { $0.active.sheet } }

    /// A document as it was written, and its version; what holds without one has version 0.
    package func document(_ name: ConfigurationName) -> (version: UInt64, text: [UInt8]) {
        guard let document = self.state.withLock({ $0.documents[name] }) else { return (0, name.initialText) }
        return (document.version, document.value)
    }

    /// An earlier version of a document.
    package func document(_ name: ConfigurationName, version: UInt64) async throws(DriverError) -> [UInt8] {
        let key = Self.key(of: name, version)
        guard
            let kept = try await asking({ () throws(EngineError) in
                try await self.engine.document(.configurationHistory, key)
            })
        else { throw .noSuchConfiguration }
        return kept.value
    }

    /// Checks a document and puts it into effect; durable when it answers its version.
    ///
    /// `version` is the one that is to be replaced; 0 for none, and nil for any. A faulty document changes nothing.
    package func put(
        _ name: ConfigurationName,
        _ text: [UInt8],
        replacing version: UInt64?
    ) async throws(DriverError) -> UInt64 {
        guard text.count <= Self.bytesMax else { throw .tooMany(field: name.rawValue, countMax: Self.bytesMax) }
        do throws(ConfigurationFault) {
            _ = try self.active.replacing(name, try ConfigurationNode(text: text), version: 0)
        } catch {
            throw .fault(error)
        }
        let expectation: DocumentExpectation =
            switch version {
            case nil: .anything
            case 0: .absent
            case let version?: .version(version)
            }
        do throws(EngineError) {
            let written = try await self.engine.put(.configuration, name.rawValue, value: text, expecting: expectation)
            let key = Self.key(of: name, written)
            try await self.engine.put(.configurationHistory, key, value: text, expecting: .anything)
            return written
        } catch {
            guard error == .conflict else { throw .engine(error) }
            throw .versionMismatch(self.document(name).version)
        }
    }

    /// Writes down what a crash kept out of the history; after the engine has started.
    package func start() async throws(DriverError) {
        for (name, document) in self.state.withLock({ $0.documents }) {
            let key = Self.key(of: name, document.version)
            try await asking { () throws(EngineError) in
                guard try await self.engine.document(.configurationHistory, key) == nil else { return }
                try await self.engine.put(.configurationHistory, key, value: document.value, expecting: .absent)
            }
        }
    }

    private static func key(of name: ConfigurationName, _ version: UInt64) -> String { "\(name.rawValue)/\(version)" }

    /// A document took effect.
    private func take(_ document: Document) {
        guard let name = ConfigurationName(rawValue: document.key) else { return }
        self.state.withLock { state in
            guard document.version > state.documents[name]?.version ?? 0 else { return }
            state.documents[name] = document
            // It was checked before it was written; one that only an older server understood changes nothing.
            let renewed = Result { () throws(ConfigurationFault) in
                let node = try ConfigurationNode(text: document.value)
                return try state.active.replacing(name, node, version: document.version)
            }
            if case .success(let active) = renewed { state.active = active }
        }
    }
}

extension DocumentCollection {
    /// The documents of configuration by name.
    static let configuration = DocumentCollection(rawValue: "configuration")
    /// Every version of them, by name and version.
    static let configurationHistory = DocumentCollection(rawValue: "configuration-history")
}
