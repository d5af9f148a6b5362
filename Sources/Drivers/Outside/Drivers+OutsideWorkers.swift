internal import Engine
internal import Primitives
internal import Providers

/// Who does the tasks for outside services.
extension Drivers {
    func registerOutsideWorkers() {
        self.register(TaskKind.statusSender) { await $0.sendStatuses($1) }
        self.register(TaskKind.replier) { await $0.sendReplies($1) }
        self.register(TaskKind.pusher) { await $0.push($1) }
        self.register(TaskKind.retracter) { await $0.retract($1) }
        self.register(TaskKind.scenarioGetter) { await $0.getScenarios($1) }
        self.register(TaskKind.profileUpdater) { await $0.updateProfiles($1) }
        self.register(TaskKind.metricsSender) { await $0.sendMetrics($1) }
    }

    /// Takes the senders as they are now, and each time their document changes.
    func followSenders() {
        self.engine.observe(.configuration) { [weak self] change in
            guard let self, case .put(let document) = change, document.key == ConfigurationName.senders.rawValue
            else { return }
            self.outside.renew(self.configurations.active.senders)
            // Once in a change of configuration, and never on the way of a message.
            if self.engine.isReady { Task { await self.scheduleVisits() } }
        }
    }

    func register(
        _ kind: String,
        _ work: @escaping @Sendable (Drivers, DurableTask) async -> TaskResult
    ) {
        self.engine.register(
            worker: { [weak self] task in
                guard let self else { return .retry(task.due) }
                return await work(self, task)
            },
            for: kind
        )
    }
}
