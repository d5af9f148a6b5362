/// What a live session is told, on its loop: the edge that owns the connection writes it in its protocol.
package protocol SessionDelegate: AnyObject {
    /// A command of the session has its answer.
    func answered(_ context: ReplyContext, _ answer: Answer)
    /// The session follows a mailbox from here on: what is written now leaves before anything of it.
    func attached(_ context: ReplyContext?, _ attached: Attached)
    /// Something concerns the session without its asking.
    func happened(_ event: SessionEvent)
    /// The session's socket does not take what is meant for it (E11): close as slow.
    func fellBehind()
}
