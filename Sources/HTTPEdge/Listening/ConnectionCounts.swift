package import NIOCore

/// How many connections each network address has open.
///
/// An IPv6 host usually owns a /64, so its connections are counted together.
package struct ConnectionCounts: Sendable {
    /// The part of an address that is held to one limit.
    package struct Source: Hashable, Sendable {
        private let bytes: [UInt8]

        /// The source of a peer's address; all local sockets are one.
        package init(_ address: SocketAddress?) {
            guard let address else {
                self.bytes = []
                return
            }
            // The socket's own form: family and port take 4 bytes, then IPv4 has its address, IPv6 a flow label first.
            let form = unsafe address.withSockAddr { pointer, byteCount in
                unsafe Array(UnsafeRawBufferPointer(start: pointer, count: byteCount))
            }
            switch address {
            case .v4: self.bytes = Array(form[4..<8])
            case .v6:
                let whole = form[8..<24]
                // ::ffff:a.b.c.d is an IPv4 host seen through an IPv6 socket.
                let isMapped = whole.prefix(10).allSatisfy { $0 == 0 } && whole[18..<20].allSatisfy { $0 == 0xFF }
                self.bytes = Array(isMapped ? whole.suffix(4) : whole.prefix(8))
            case .unixDomainSocket: self.bytes = []
            }
        }
    }

    private var counts: [Source: Int] = [:]

    package init() {}

    /// Counts a connection in, or returns false when its source has its share: `countMax`, where 0 is no limit.
    package mutating func open(_ source: Source, countMax: Int) -> Bool {
        let count = self.counts[source, default: 0]
        guard countMax == 0 || count < countMax else { return false }
        self.counts[source] = count + 1
        return true
    }

    /// Counts a connection out that `open` has let in.
    package mutating func close(_ source: Source) {
        guard let count = self.counts[source] else { return }
        self.counts[source] = count > 1 ? count - 1 : nil
    }
}
