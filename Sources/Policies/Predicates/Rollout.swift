/// A part of all subjects that grows without moving anybody out: whoever is in at 10 % is in at 20 %.
package struct Rollout: Hashable, Sendable {
    package static let bucketCount = 10_000

    /// Tells experiments apart, so that they divide subjects independently.
    package let salt: String
    /// The first buckets, which are in; hundredths of a percent.
    package let buckets: Int

    package init(salt: String, buckets: Int) {
        precondition((0...Self.bucketCount).contains(buckets), "a part of a whole")
        self.salt = salt
        self.buckets = buckets
    }

    /// Where a subject is, from 0: the stable hash of salt and subject, modulo 10,000.
    package func bucket(of subject: String) -> Int {
        var hash = StableHash()
        hash.add(self.salt)
        hash.add(subject)
        return Int(hash.value % UInt64(Self.bucketCount))
    }

    package func includes(_ subject: String) -> Bool { self.bucket(of: subject) < self.buckets }
}

extension Rollout {
    static let saltBytes = 1...64

    /// Reads `{"salt","percent"}`; a percent has at most two decimals.
    init(_ node: ConfigurationNode) throws(ConfigurationFault) {
        let object = try node.object(allowing: "salt", "percent")
        let salt = try object.required("salt").string(bytes: Self.saltBytes)
        let percent = try object.required("percent")
        let hundredths = try percent.number(in: 0...100) * 100
        guard (hundredths - hundredths.rounded()).magnitude < 1e-6 else {
            throw percent.fault("has more than two decimals")
        }
        self.init(salt: salt, buckets: Int(hundredths.rounded()))
    }
}
