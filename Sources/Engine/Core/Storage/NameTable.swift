import Primitives

/// Names and their numbers: each distinct name gets the next number, 0, 1, 2 …, and keeps it.
///
/// The bytes of all names lie in one array and the index is an open-addressing table of numbers, so that a million
/// names cost their bytes and some ten bytes each.
struct NameTable: Sendable {
    private struct Place: BitwiseCopyable, Sendable {
        var offset: UInt32
        var bytes: UInt16
        var hash: UInt32
    }

    private var bytes = ContiguousArray<UInt8>()
    private var places = ContiguousArray<Place>()
    private var index = ContiguousArray<UInt32>(repeating: .max, count: 16)

    /// How many names there are.
    var count: Int { self.places.count }

    /// The number of `name`, or nil.
    func number(of name: String) -> UInt32? {
        var name = name
        return name.withUTF8 { unsafe self.find(UnsafeRawBufferPointer($0), Self.hash(UnsafeRawBufferPointer($0))) }
    }

    /// The number of `name`, a new one when it is new.
    mutating func intern(_ name: String) -> UInt32 {
        var name = name
        return name.withUTF8 { utf8 in
            let raw = UnsafeRawBufferPointer(utf8)
            let hash = unsafe Self.hash(raw)
            if let known = unsafe self.find(raw, hash) { return known }
            let number = UInt32(self.places.count)
            self.places.append(Place(offset: UInt32(self.bytes.count), bytes: UInt16(raw.count), hash: hash))
            unsafe self.bytes.append(contentsOf: raw)
            self.enter(number, hash)
            return number
        }
    }

    /// The name that has `number`.
    func name(_ number: UInt32) -> String {
        let place = self.places[Int(number)]
        let start = Int(place.offset)
        return String(decoding: self.bytes[start..<start + Int(place.bytes)], as: UTF8.self)
    }

    private func find(_ name: UnsafeRawBufferPointer, _ hash: UInt32) -> UInt32? {
        let mask = self.index.count - 1
        var slot = Int(hash) & mask
        while self.index[slot] != .max {
            let place = self.places[Int(self.index[slot])]
            if place.hash == hash, Int(place.bytes) == name.count,
                unsafe self.bytes[Int(place.offset)..<Int(place.offset) + name.count].elementsEqual(name)
            {
                return self.index[slot]
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private mutating func enter(_ number: UInt32, _ hash: UInt32) {
        if self.places.count * 4 > self.index.count * 3 {
            self.index = ContiguousArray(repeating: .max, count: self.index.count * 2)
            for known in 0..<self.places.count { self.place(UInt32(known), self.places[known].hash) }
        } else {
            self.place(number, hash)
        }
    }

    private mutating func place(_ number: UInt32, _ hash: UInt32) {
        let mask = self.index.count - 1
        var slot = Int(hash) & mask
        while self.index[slot] != .max { slot = (slot + 1) & mask }
        self.index[slot] = number
    }

    /// Names are random ids for the most part, so a CRC spreads them well; a crafted set costs time, never truth.
    private static func hash(_ name: UnsafeRawBufferPointer) -> UInt32 {
        unsafe CRC32C.checksum(name) &* 0x9E37_79B1
    }
}
