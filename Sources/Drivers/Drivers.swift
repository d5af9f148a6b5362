package import Engine
internal import Primitives
package import Providers
internal import Synchronization

/// Driver communications over the engine's mailboxes, documents and tasks (DRIVERS); for any thread.
package final class Drivers: Sendable {
    package let engine: Engine
    package let configurations: Configurations
    /// The way out to other services.
    package let outside: Outside
    let profiles = ProfileTable()
    let zones = ZoneShelf()
    /// Keys of items whose first request is not answered yet.
    let itemKeysInFlight = Mutex<Set<String>>([])

    /// Registers its observers and workers; before the engine starts.
    package init(engine: Engine, outside: Outside) {
        self.engine = engine
        self.outside = outside
        self.configurations = Configurations(engine: engine)
        self.registerWorkers()
        self.registerOutsideWorkers()
        self.followSenders()
    }

    /// After the engine has started.
    package func start() async throws(DriverError) {
        try await self.configurations.start()
        await self.scheduleVisits()
    }

    /// A message of a driver's own log, wherever it lies; nil when it is not there.
    func message(_ seq: Seq, of driver: Address) async throws(DriverError) -> Message? {
        do throws(EngineError) {
            return try await self.engine.message(driver, seq, for: .subject(driver))
        } catch {
            switch error {
            case .notFound, .notPermitted: return nil
            default: throw .engine(error)
            }
        }
    }

    /// What there is for a driver, and his chats as they are now.
    func news(of driver: Address) async throws(DriverError) -> (news: InboxNews, view: ChatView) {
        let news = try await asking { () throws(EngineError) in try await self.engine.news(of: driver) }
        return (news, self.viewing.view(of: driver, news))
    }

    /// How chats are seen by the configuration that holds now.
    var viewing: ChatViewing { ChatViewing(sheet: self.configurations.sheet, profiles: self.profiles) }
}
