import NIOCore
import Primitives

struct DocumentPutRecord: Equatable, Sendable {
    var document: Document

    func write(into buffer: inout ByteBuffer) {
        buffer.writeShortString(self.document.collection.rawValue)
        buffer.writeShortString(self.document.key)
        buffer.writeInteger(self.document.version, endianness: .little)
        buffer.writeInteger(UInt32(self.document.value.count), endianness: .little)
        buffer.writeBytes(self.document.value)
    }

    init(document: Document) { self.document = document }

    init?(from buffer: inout ByteBuffer) {
        guard let collection = buffer.readShortString(), let key = buffer.readShortString(),
            let (version, count) = buffer.readMultipleIntegers(endianness: .little, as: (UInt64, UInt32).self),
            let value = buffer.readBytes(length: Int(count))
        else { return nil }
        self.document = Document(
            collection: DocumentCollection(rawValue: collection),
            key: key,
            version: version,
            value: value
        )
    }
}

struct DocumentDeletedRecord: Equatable, Sendable {
    var id: DocumentID

    func write(into buffer: inout ByteBuffer) {
        buffer.writeShortString(self.id.collection.rawValue)
        buffer.writeShortString(self.id.key)
    }

    init(id: DocumentID) { self.id = id }

    init?(from buffer: inout ByteBuffer) {
        guard let collection = buffer.readShortString(), let key = buffer.readShortString() else { return nil }
        self.id = DocumentID(collection: DocumentCollection(rawValue: collection), key: key)
    }
}

extension ShardState {
    mutating func apply(_ record: DocumentPutRecord) {
        let document = record.document
        self.documents[DocumentID(collection: document.collection, key: document.key)] =
            DocumentEntry(version: document.version, value: document.value)
    }

    mutating func apply(_ record: DocumentDeletedRecord) { self.documents[record.id] = nil }

    /// The document with this id, or nil.
    func document(_ id: DocumentID) -> Document? {
        self.documents[id].map { entry in
            Document(collection: id.collection, key: id.key, version: entry.version, value: entry.value)
        }
    }

    /// The version that a put makes, or the reason why it may not.
    func nextVersion(
        of id: DocumentID,
        expecting expectation: DocumentExpectation
    ) -> Result<UInt64, EngineError> {
        let present = self.documents[id]?.version
        switch expectation {
        case .anything: break
        case .absent: guard present == nil else { return .failure(.conflict) }
        case .version(let version): guard present == version else { return .failure(.conflict) }
        }
        return .success((present ?? 0) + 1)
    }
}
