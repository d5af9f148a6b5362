import Primitives

#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

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
        return name.withUTF8 { unsafe self.number(of: UnsafeRawBufferPointer($0)) }
    }

    /// The number of a name given by its UTF-8, or nil.
    func number(of name: UnsafeRawBufferPointer) -> UInt32? { unsafe self.find(name, Self.hash(name)) }

    /// The number of the name that is an address of this kind and id, or nil.
    func number(of kind: AddressKind, id: UnsafeRawBufferPointer) -> UInt32? {
        let prefix = kind.prefix
        let count = prefix.utf8CodeUnitCount + id.count
        return unsafe withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { name in
            unsafe name.copyMemory(from: UnsafeRawBufferPointer(start: prefix.utf8Start, count: count - id.count))
            unsafe UnsafeMutableRawBufferPointer(rebasing: name[(count - id.count)...]).copyMemory(from: id)
            return unsafe self.number(of: UnsafeRawBufferPointer(name))
        }
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

    /// Lends the UTF-8 of the name that has `number`.
    func withName<Result>(_ number: UInt32, _ body: (RawSpan) -> Result) -> Result {
        let place = self.places[Int(number)]
        return unsafe body(self.bytes.span.bytes.extracting(Int(place.offset)..<Int(place.offset) + Int(place.bytes)))
    }

    private func find(_ name: UnsafeRawBufferPointer, _ hash: UInt32) -> UInt32? {
        let mask = self.index.count - 1
        var slot = Int(hash) & mask
        while self.index[slot] != .max {
            let place = self.places[Int(self.index[slot])]
            if place.hash == hash, Int(place.bytes) == name.count, unsafe self.holds(name, at: Int(place.offset)) {
                return self.index[slot]
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private func holds(_ name: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        guard let wanted = name.baseAddress else { return true }
        return unsafe self.bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            return unsafe memcmp(start + offset, wanted, name.count) == 0
        }
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
