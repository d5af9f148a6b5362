package import NIOCore
internal import Wire

extension Report {
    /// The document for programs; its keys stay.
    package var json: ByteBuffer {
        var document = ByteBuffer()
        document.writeJSON(expecting: 16 << 10) { json in
            json.beginObject()
            if let named { json.member("name", named) }
            json.member("case", self.name)
            json.member("url", self.url)
            json.member("sound", self.isSound)
            json.object("parameters") { json in
                for parameter in self.parameters {
                    json.key(escaping: parameter.name)
                    json.value(parameter.value)
                }
            }
            json.object("figures") { json in
                for figure in self.figures {
                    json.key(escaping: figure.name)
                    json.object { json in
                        json.real("value", figure.value)
                        json.member("unit", figure.unit)
                    }
                }
            }
            json.object("latencies") { json in
                for distribution in self.distributions {
                    json.key(escaping: distribution.name)
                    json.distribution(distribution.latencies)
                }
            }
            json.object("trouble") { json in
                json.member("missing", self.trouble.missing)
                json.member("duplicated", self.trouble.duplicated)
                json.member("reordered", self.trouble.reordered)
                json.member("misrouted", self.trouble.misrouted)
                json.member("miscounted", self.trouble.miscounted)
                json.member("unfinished", self.trouble.unfinished)
                json.member("closed", self.trouble.closed)
                json.member("failed", self.trouble.failed)
            }
            json.object("refusals") { json in
                for (code, count) in self.refusals.sorted(by: { $0.key < $1.key }) {
                    json.key(escaping: String(code))
                    json.integer(count)
                }
            }
            json.timeline(self.timeline, subject: self.timelineSubject)
            if !self.memory.points.isEmpty { json.memory(self.memory) }
            json.key("notes")
            json.beginArray()
            for note in self.notes { json.string(note) }
            json.endArray()
            json.object("environment") { json in
                json.member("cores", Int64(self.cores))
            }
            json.endObject()
        }
        document.writeString("\n")
        return document
    }
}

extension JSONWriter {
    fileprivate mutating func object(_ body: (inout JSONWriter) -> Void) {
        self.beginObject()
        body(&self)
        self.endObject()
    }

    fileprivate mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.key(name)
        self.object(body)
    }

    /// A member that is a number with a fraction.
    fileprivate mutating func real(_ name: StaticString, _ number: Double) {
        self.key(name)
        self.real(number)
    }

    fileprivate mutating func real(_ number: Double) {
        if number.isFinite { self.raw(ByteBuffer(string: "\(number)")) } else { self.null() }
    }

    fileprivate mutating func value(_ value: Report.Value) {
        switch value {
        case .text(let text): self.string(text)
        case .integer(let number): self.integer(Int64(number))
        case .real(let number): self.real(number)
        case .boolean(let value): self.boolean(value)
        }
    }

    /// Percentiles in nanoseconds.
    fileprivate mutating func distribution(_ latencies: Latencies) {
        self.object { json in
            json.member("count", latencies.count)
            json.member("unit", "ns")
            json.real("mean", latencies.count > 0 ? latencies.mean : 0)
            json.object("percentiles") { json in
                for percentile in Latencies.percentiles {
                    json.key(escaping: Report.percent(percentile))
                    json.integer(latencies.nanoseconds(percentile: percentile))
                }
            }
            guard latencies.count > 0 else { return }
            json.key("curve")
            json.beginArray()
            for point in latencies.curve {
                json.beginArray()
                json.real(point.percentile)
                json.integer(point.nanoseconds)
                json.endArray()
            }
            json.endArray()
        }
    }

    fileprivate mutating func timeline(_ timeline: Timeline, subject: String) {
        self.object("timeline") { json in
            json.member("subject", subject)
            json.key("points")
            json.beginArray()
            for point in timeline.points {
                json.object { json in
                    json.real("seconds", point.seconds)
                    json.real("perSecond", point.perSecond)
                }
            }
            json.endArray()
        }
    }

    fileprivate mutating func memory(_ memory: MemoryTimeline) {
        self.key("memory")
        self.beginArray()
        for point in memory.points {
            self.object { json in
                json.real("seconds", point.seconds)
                json.member("bytes", point.bytes)
            }
        }
        self.endArray()
    }
}
