internal import Engine
package import Providers

/// What is to follow a driver's doings at the outside services that there are (D12): tasks that come with what calls
/// for them.
package struct OutsideWork: Sendable {
    /// Of statuses, and of what a push provider took.
    private(set) var marks: [FollowUp] = []
    /// Of what a driver says.
    private(set) var replies: [FollowUp] = []
    /// Of what he says in a support chat.
    private(set) var supports: [FollowUp] = []
    /// Of an item that goes out with a push.
    private(set) var pushes: [FollowUp] = []
    /// Of an item that is taken back.
    private(set) var withdrawals: [FollowUp] = []

    /// More statuses of one driver may come within this; a service is told of them in one request.
    private static let statusDelay: Duration = .milliseconds(500)

    package init(_ senders: [String: Sender] = [:]) {
        for sender in senders.values.sorted(by: { $0.name < $1.name }) { self.add(sender) }
        guard senders.values.contains(where: { $0.kind.takesPushes }) else { return }
        self.pushes = [FollowUp(TaskKind.pusher, gathers: false)]
        // Whichever comes last: that a provider took it, or that nobody needs it any more.
        self.marks += [
            FollowUp(TaskKind.retracter, changes: [.read, .pushed], requires: [.read, .pushed]),
            FollowUp(TaskKind.retracter, changes: .pushed, requires: [.withdrawn, .pushed]),
        ]
        self.withdrawals = [FollowUp(TaskKind.retracter, changes: .withdrawn, requires: [.withdrawn, .pushed])]
    }

    private mutating func add(_ sender: Sender) {
        switch sender.kind {
        case .webhook:
            var statuses: MessageMarks = []
            if sender.takes(event: OutsideEvent.Name.delivered.rawValue) { statuses.insert(.delivered) }
            if sender.takes(event: OutsideEvent.Name.read.rawValue) { statuses.insert(.read) }
            if !statuses.isEmpty {
                self.marks.append(
                    FollowUp(
                        TaskKind.statusSender,
                        target: sender.name,
                        delay: Self.statusDelay,
                        changes: statuses
                    )
                )
            }
            if OutsideEvent.Name.words.contains(where: { sender.takes(event: $0.rawValue) }) {
                self.replies.append(FollowUp(TaskKind.replier, target: sender.name))
            }
        case .support: self.supports.append(FollowUp(TaskKind.replier, target: sender.name))
        case .fcm, .apns, .webpush, .push, .scenarios, .profiles, .metrics: break
        }
    }
}

/// The kinds of durable tasks for outside services.
enum TaskKind {
    static let statusSender = "message-status-sender"
    static let replier = "replier"
    static let pusher = "push-sender"
    static let retracter = "push-retracter"
    static let scenarioGetter = "scenario-source-getter"
    static let profileUpdater = "driver-communication-info-updater"
    static let metricsSender = "metrics-sender"
}
