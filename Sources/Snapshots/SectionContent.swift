internal import Compression
internal import Primitives
internal import Sealing

/// A section's content on its way from the disk to the decompressor, opened piece by piece when it is sealed.
struct SectionContent {
    /// Nil when the content is plain.
    private let opener: Opener?
    /// What is left of the text; the tag is behind it.
    private var textBytes = 0
    private var tag: [UInt8] = []
    private var opened: [UInt8] = []

    /// A plain content.
    init() { self.opener = nil }

    /// A sealed one.
    init(_ section: SnapshotSection, header: [UInt8], opener: Opener) {
        self.opener = opener
        self.textBytes = max(0, section.compressedBytes - Sealer.tagBytes)
        self.opened = [UInt8](repeating: 0, count: min(Compressor.chunkBytes, self.textBytes))
        opener.begin(UInt64(section.index), header: header)
    }

    /// Takes the next piece, at most a chunk; gives on what it holds.
    mutating func take(_ piece: RawSpan, _ give: (RawSpan) -> Void) {
        guard let opener = self.opener else { return give(piece) }
        let count = min(piece.byteCount, self.textBytes)
        if count > 0 {
            opener.open(piece.extracting(first: count), into: &self.opened)
            give(unsafe self.opened.span.bytes.extracting(first: count))
            self.textBytes -= count
        }
        let rest = piece.extracting(droppingFirst: count)
        unsafe rest.withUnsafeBytes { unsafe self.tag.append(contentsOf: $0) }
    }

    /// Ends the content: what was given on is to be believed only when this does not fail.
    ///
    /// Fails with `forged`.
    func finish() throws(SealingError) { try self.opener?.finish(tag: self.tag) }
}
