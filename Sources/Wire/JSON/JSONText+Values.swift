extension JSONText {
    /// Reads any value, by the full grammar, without recursion; at most `JSONValidator.depthMax` levels.
    static func value(_ bytes: RawSpan, _ index: inout Int) throws(JSONError) {
        var nesting = JSONNesting()
        repeat {
            guard index < bytes.byteCount else { throw .unexpectedEnd(at: index) }
            switch bytes.byte(at: index) {
            case Self.quote: _ = try Self.string(bytes, &index)
            case UInt8(ascii: "{"):
                try nesting.push(isObject: true, at: index)
                index &+= 1
                Self.skipSpace(bytes, &index)
                guard Self.take(UInt8(ascii: "}"), bytes, &index) else {
                    try Self.name(bytes, &index)
                    continue
                }
                nesting.pop()
            case UInt8(ascii: "["):
                try nesting.push(isObject: false, at: index)
                index &+= 1
                Self.skipSpace(bytes, &index)
                guard Self.take(UInt8(ascii: "]"), bytes, &index) else { continue }
                nesting.pop()
            case UInt8(ascii: "t"): try Self.literal("true", bytes, &index)
            case UInt8(ascii: "f"): try Self.literal("false", bytes, &index)
            case UInt8(ascii: "n"): try Self.literal("null", bytes, &index)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try Self.number(bytes, &index)
            case let byte: throw .unexpectedByte(byte, at: index)
            }
            try Self.closeContainers(bytes, &index, &nesting)
        } while nesting.depth > 0
    }

    /// After a value: the ends of the containers it closes, then the comma (and the name) before the next value.
    @inline(__always)
    private static func closeContainers(
        _ bytes: RawSpan,
        _ index: inout Int,
        _ nesting: inout JSONNesting
    ) throws(JSONError) {
        while nesting.depth > 0 {
            Self.skipSpace(bytes, &index)
            guard index < bytes.byteCount else { throw .unexpectedEnd(at: index) }
            let byte = bytes.byte(at: index)
            if byte == UInt8(ascii: ",") {
                index &+= 1
                Self.skipSpace(bytes, &index)
                if nesting.isInObject { try Self.name(bytes, &index) }
                return
            }
            guard byte == (nesting.isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                throw .unexpectedByte(byte, at: index)
            }
            index &+= 1
            nesting.pop()
        }
    }

    /// A member's name and its colon.
    @inline(__always)
    private static func name(_ bytes: RawSpan, _ index: inout Int) throws(JSONError) {
        _ = try Self.string(bytes, &index)
        Self.skipSpace(bytes, &index)
        try Self.expect(UInt8(ascii: ":"), bytes, &index)
        Self.skipSpace(bytes, &index)
    }

    /// Moves over `byte` if it stands here.
    @inline(__always)
    static func take(_ byte: UInt8, _ bytes: RawSpan, _ index: inout Int) -> Bool {
        guard index < bytes.byteCount, bytes.byte(at: index) == byte else { return false }
        index &+= 1
        return true
    }

    static func literal(_ word: StaticString, _ bytes: RawSpan, _ index: inout Int) throws(JSONError) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard index &+ offset < bytes.byteCount else { throw .unexpectedEnd(at: bytes.byteCount) }
            let byte = bytes.byte(at: index &+ offset)
            let expected = unsafe word.utf8Start[offset]
            guard byte == expected else { throw .unexpectedByte(byte, at: index &+ offset) }
        }
        index &+= word.utf8CodeUnitCount
    }

    /// A number by RFC 8259 section 6.
    static func number(_ bytes: RawSpan, _ index: inout Int) throws(JSONError) {
        let start = index
        _ = Self.take(UInt8(ascii: "-"), bytes, &index)
        if Self.take(UInt8(ascii: "0"), bytes, &index) {
            guard Self.digits(bytes, &index) == 0 else { throw .badNumber(at: start) }
        } else if Self.digits(bytes, &index) == 0 {
            throw .badNumber(at: start)
        }
        if Self.take(UInt8(ascii: "."), bytes, &index), Self.digits(bytes, &index) == 0 { throw .badNumber(at: start) }
        if Self.take(UInt8(ascii: "e"), bytes, &index) || Self.take(UInt8(ascii: "E"), bytes, &index) {
            if !Self.take(UInt8(ascii: "+"), bytes, &index) { _ = Self.take(UInt8(ascii: "-"), bytes, &index) }
            guard Self.digits(bytes, &index) > 0 else { throw .badNumber(at: start) }
        }
    }

    private static func digits(_ bytes: RawSpan, _ index: inout Int) -> Int {
        let start = index
        while index < bytes.byteCount, bytes.byte(at: index) &- UInt8(ascii: "0") <= 9 { index &+= 1 }
        return index &- start
    }
}

/// Which containers are open: one bit each, so that 64 levels fit into one word.
private struct JSONNesting {
    private(set) var depth = 0
    private var objects: UInt64 = 0

    @inline(__always) var isInObject: Bool { self.objects & 1 == 1 }

    @inline(__always)
    mutating func push(isObject: Bool, at offset: Int) throws(JSONError) {
        guard self.depth < JSONValidator.depthMax else { throw .tooDeep(at: offset) }
        self.depth &+= 1
        self.objects = self.objects &<< 1 | (isObject ? 1 : 0)
    }

    @inline(__always)
    mutating func pop() {
        self.depth &-= 1
        self.objects &>>= 1
    }
}
