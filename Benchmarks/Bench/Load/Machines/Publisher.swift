/// One connection that publishes: its turn among its streams, and what of its messages is under way.
///
/// The ring is indexed by a message's number; a place is taken again only when its message is through, so a lost one
/// ends in a publisher that stands still and not in a wrong count.
struct Publisher {
    let client: Client
    let index: UInt16
    /// In turn.
    let streams: [Int]
    var plan: RatePlan?
    var inFlight = 0
    /// After a refusal: nothing is sent before.
    var pausedUntil: UInt64 = 0
    var isFlushNeeded = false
    private var templates: [PublishTemplate]
    private(set) var sent: UInt32 = 0
    private let mask: Int
    /// How many subscribers, or acknowledgements, each message still waits for.
    private var waiting: [UInt32]
    /// When each was sent, or planned.
    private var times: [UInt64]

    init(client: Client, index: Int, streams: [Int], textBytes: Int, places: Int) {
        self.client = client
        self.index = UInt16(index)
        self.streams = streams
        self.templates = streams.map { stream in
            PublishTemplate(
                encoding: client.profile.encoding,
                channel: client.profile.channels[stream],
                textBytes: textBytes
            )
        }
        var capacity = 64
        while capacity < places * 2 { capacity *= 2 }
        self.mask = capacity - 1
        self.waiting = [UInt32](repeating: 0, count: capacity)
        self.times = [UInt64](repeating: 0, count: capacity)
    }

    /// Whether the next message has a place.
    var hasPlace: Bool { self.waiting[Int(self.sent) & self.mask] == 0 }

    /// The stream whose turn it is.
    var nextStream: Int { self.streams[Int(self.sent) % self.streams.count] }

    /// Appends the next message to the connection's output.
    mutating func send(at time: UInt64, waitingFor count: UInt32) {
        let turn = Int(self.sent) % self.streams.count
        self.templates[turn].write(
            Marker(
                nanoseconds: time,
                number: self.sent,
                stream: UInt16(self.streams[turn]),
                publisher: self.index
            )
        )
        self.client.append(self.templates[turn].payload)
        self.waiting[Int(self.sent) & self.mask] = count
        self.times[Int(self.sent) & self.mask] = time
        self.sent &+= 1
        self.inFlight += 1
        self.isFlushNeeded = true
    }

    /// One of those that a message waits for is there; whether it was the last.
    @inline(__always)
    mutating func arrived(_ number: UInt32) -> Bool {
        let place = Int(number) & self.mask
        guard self.waiting[place] > 0 else { return false }
        self.waiting[place] &-= 1
        guard self.waiting[place] == 0 else { return false }
        self.inFlight -= 1
        return true
    }

    /// When a message was sent, or planned.
    func time(of number: UInt32) -> UInt64 { self.times[Int(number) & self.mask] }

    /// A message was refused: nobody will get it.
    mutating func dropped(_ number: UInt32) {
        let place = Int(number) & self.mask
        guard self.waiting[place] > 0 else { return }
        self.waiting[place] = 0
        self.inFlight -= 1
    }
}
