/// A run of elements in an `ExtentSlab`.
struct Extent: Equatable, BitwiseCopyable, Sendable {
    var offset: UInt32 = 0
    var count: UInt32 = 0
    /// The run has room for 2^(capacityClass - 1) elements; 0 is no room at all.
    var capacityClass: UInt8 = 0

    var capacity: Int { self.capacityClass == 0 ? 0 : 1 << (Int(self.capacityClass) - 1) }
}

/// Many short growing runs in one array: no object, no allocation and no header per run.
///
/// Rooms are powers of two; one that a run outgrew is kept for the next run of that size. Appending is amortised O(1).
struct ExtentSlab<Element: BitwiseCopyable & Sendable>: Sendable {
    private var elements = ContiguousArray<Element>()
    private var free = [[UInt32]](repeating: [], count: 33)
    private let filler: Element

    init(filler: Element) { self.filler = filler }

    subscript(extent: Extent, index: Int) -> Element {
        get { self.elements[Int(extent.offset) + index] }
        set { self.elements[Int(extent.offset) + index] = newValue }
    }

    /// Puts `element` behind the last one.
    mutating func append(_ element: Element, to extent: inout Extent) {
        if Int(extent.count) == extent.capacity { self.grow(&extent) }
        self.elements[Int(extent.offset) + Int(extent.count)] = element
        extent.count += 1
    }

    /// Puts `element` at `index`; those from there on move up.
    ///
    /// O(count).
    mutating func insert(_ element: Element, at index: Int, in extent: inout Extent) {
        self.append(element, to: &extent)
        var position = Int(extent.offset) + Int(extent.count) - 1
        while position > Int(extent.offset) + index {
            self.elements[position] = self.elements[position - 1]
            position -= 1
        }
        self.elements[position] = element
    }

    /// Takes the element at `index` out; those behind it move down.
    ///
    /// O(count).
    mutating func remove(at index: Int, in extent: inout Extent) {
        precondition(index < Int(extent.count), "an element that is there")
        let last = Int(extent.offset) + Int(extent.count) - 1
        for position in Int(extent.offset) + index..<last { self.elements[position] = self.elements[position + 1] }
        extent.count -= 1
    }

    /// Takes the first `count` elements out; a room that is mostly empty is given back for a smaller one.
    ///
    /// O(what is left).
    mutating func removeFirst(_ count: Int, of extent: inout Extent) {
        precondition(count <= Int(extent.count), "elements that are there")
        let left = Int(extent.count) - count, start = Int(extent.offset) + count
        var target = extent
        target.count = UInt32(left)
        if left * 4 <= extent.capacity {
            let wanted = left == 0 ? 0 : UInt8(Int.bitWidth - (left - 1).leadingZeroBitCount + 1)
            if wanted < extent.capacityClass {
                target.capacityClass = wanted
                target.offset = wanted == 0 ? 0 : self.room(ofClass: wanted)
            }
        }
        for index in 0..<left { self.elements[Int(target.offset) + index] = self.elements[start + index] }
        if target.capacityClass < extent.capacityClass { self.free[Int(extent.capacityClass)].append(extent.offset) }
        extent = target
    }

    /// Makes room for `count` elements at once.
    mutating func reserve(_ count: Int, in extent: inout Extent) {
        while extent.capacity < count { self.grow(&extent) }
    }

    private mutating func grow(_ extent: inout Extent) {
        let wanted = extent.capacityClass + 1
        let offset = self.room(ofClass: wanted)
        for index in 0..<Int(extent.count) {
            self.elements[Int(offset) + index] = self.elements[Int(extent.offset) + index]
        }
        if extent.capacityClass > 0 { self.free[Int(extent.capacityClass)].append(extent.offset) }
        extent.offset = offset
        extent.capacityClass = wanted
    }

    /// Where a run of 2^(class - 1) elements has room.
    private mutating func room(ofClass wanted: UInt8) -> UInt32 {
        if let reused = self.free[Int(wanted)].popLast() { return reused }
        let offset = UInt32(self.elements.count)
        self.elements.append(contentsOf: repeatElement(self.filler, count: 1 << (Int(wanted) - 1)))
        return offset
    }
}
