import NIOCore

/// The days as bytes in a snapshot (Docs/formats.md, "Shard section"): by texts, not by this shard's numbers.
extension DayBook {
    func encode(_ labels: NameTable, into buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt16(self.days.count), endianness: .little)
        for day in self.days { day.encode(labels, into: &buffer) }
    }

    /// Reads what `encode` wrote; false when it is not whole.
    mutating func decode(_ buffer: inout ByteBuffer, _ labels: inout NameTable) -> Bool {
        guard let count = buffer.readInteger(endianness: .little, as: UInt16.self) else { return false }
        for _ in 0..<count {
            guard let day = DayCounts(&buffer, &labels), self.restore(day) else { return false }
        }
        return true
    }
}

extension DayCounts {
    fileprivate func encode(_ labels: NameTable, into buffer: inout ByteBuffer) {
        buffer.writeMultipleIntegers(self.day.rawValue, UInt32(self.events.count), endianness: .little)
        let rows = self.events.map { (labels.name($0.key), $0.value) }
        for (text, events) in rows.sorted(by: { $0.0 < $1.0 }) {
            buffer.writeShortString(text)
            let present = DriverEvent.allCases.filter { events[$0] > 0 }
            buffer.writeInteger(UInt8(present.count))
            for event in present {
                buffer.writeMultipleIntegers(UInt8(event.rawValue), events[event], endianness: .little)
            }
        }
        self.encodeWords(labels, into: &buffer)
        self.readers.encode(into: &buffer)
    }

    private func encodeWords(_ labels: NameTable, into buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt32(self.words.count), endianness: .little)
        let words = self.words.map { (labels: labels.name($0.key.labels), word: $0.key.word, count: $0.value) }
        for (text, word, count) in words.sorted(by: { ($0.labels, $0.word.rawValue) < ($1.labels, $1.word.rawValue) }) {
            buffer.writeShortString(text)
            buffer.writeInteger(word.rawValue, endianness: .little)
            buffer.writeShortString(count.text)
            buffer.writeMultipleIntegers(count.given, count.takenBack, endianness: .little)
        }
    }

    fileprivate init?(_ buffer: inout ByteBuffer, _ labels: inout NameTable) {
        guard let (day, count) = buffer.readMultipleIntegers(endianness: .little, as: (UInt16, UInt32).self)
        else { return nil }
        self.init(day: Day(rawValue: day))
        for _ in 0..<count {
            guard let text = buffer.readShortString(), let events = Self.decodeEvents(&buffer) else { return nil }
            self.restore(events, under: labels.intern(text))
        }
        guard self.decodeWords(&buffer, &labels), let readers = ReaderSpread(&buffer) else { return nil }
        self.readers = readers
    }

    private static func decodeEvents(_ buffer: inout ByteBuffer) -> DriverEvents? {
        guard let count = buffer.readInteger(as: UInt8.self) else { return nil }
        var events = DriverEvents()
        for _ in 0..<count {
            guard let (number, amount) = buffer.readMultipleIntegers(endianness: .little, as: (UInt8, UInt32).self),
                let event = DriverEvent(rawValue: Int(number))
            else { return nil }
            events[event] = amount
        }
        return events
    }

    private mutating func decodeWords(_ buffer: inout ByteBuffer, _ labels: inout NameTable) -> Bool {
        guard let count = buffer.readInteger(endianness: .little, as: UInt32.self) else { return false }
        for _ in 0..<count {
            guard let text = buffer.readShortString(),
                let word = buffer.readInteger(endianness: .little, as: UInt32.self),
                let said = buffer.readShortString(),
                let (given, takenBack) = buffer.readMultipleIntegers(endianness: .little, as: (UInt32, UInt32).self)
            else { return false }
            let count = WordCount(text: said, given: given, takenBack: takenBack)
            self.restore(count, WordID(rawValue: word), under: labels.intern(text))
        }
        return true
    }
}

extension ReaderSpread {
    fileprivate func encode(into buffer: inout ByteBuffer) {
        let filled = self.drivers.enumerated().filter { $0.element > 0 }
        buffer.writeMultipleIntegers(
            UInt64(self.reads),
            UInt16(self.most),
            UInt8(filled.count),
            endianness: .little
        )
        for (bucket, count) in filled {
            buffer.writeMultipleIntegers(UInt8(bucket), count, endianness: .little)
        }
    }

    fileprivate init?(_ buffer: inout ByteBuffer) {
        guard
            let (reads, most, count) = buffer.readMultipleIntegers(
                endianness: .little,
                as: (UInt64, UInt16, UInt8).self
            )
        else { return nil }
        var drivers: [UInt32] = []
        for _ in 0..<count {
            guard let (bucket, amount) = buffer.readMultipleIntegers(endianness: .little, as: (UInt8, UInt32).self),
                Int(bucket) >= drivers.count, Int(bucket) < Self.bucketCount
            else { return nil }
            drivers += repeatElement(0, count: Int(bucket) - drivers.count) + [amount]
        }
        self.init(drivers: drivers, reads: Int(reads), most: Int(most))
    }
}
