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

    /// Makes room for `count` elements at once.
    mutating func reserve(_ count: Int, in extent: inout Extent) {
        while extent.capacity < count { self.grow(&extent) }
    }

    private mutating func grow(_ extent: inout Extent) {
        let wanted = extent.capacityClass + 1
        let room = 1 << (Int(wanted) - 1)
        let offset: UInt32
        if let reused = self.free[Int(wanted)].popLast() {
            offset = reused
        } else {
            offset = UInt32(self.elements.count)
            self.elements.append(contentsOf: repeatElement(self.filler, count: room))
        }
        for index in 0..<Int(extent.count) {
            self.elements[Int(offset) + index] = self.elements[Int(extent.offset) + index]
        }
        if extent.capacityClass > 0 { self.free[Int(extent.capacityClass)].append(extent.offset) }
        extent.offset = offset
        extent.capacityClass = wanted
    }
}
