private import NIOCore
internal import NIOSSL
private import Synchronization

/// Why a certificate or its key cannot be used.
package enum CertificateError: Error, Equatable, Sendable {
    case unreadableCertificate(path: String)
    case unreadableKey(path: String)
    /// The two do not belong together, or are too weak for TLS.
    case unusable(reason: String)
}

/// The server's certificate and key, read again on demand; connections that are open keep what they began with.
package final class Certificates: Sendable {
    private let certificatePath: String
    private let keyPath: String
    private let context: Mutex<NIOSSLContext>

    /// Reads the certificate chain and its key, both PEM.
    package init(certificatePath: String, keyPath: String) throws(CertificateError) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        self.context = Mutex(try Self.read(certificatePath: certificatePath, keyPath: keyPath))
    }

    /// Reads both files again; after a failure the old ones stay.
    package func reload() throws(CertificateError) {
        let context = try Self.read(certificatePath: self.certificatePath, keyPath: self.keyPath)
        self.context.withLock { $0 = context }
    }

    func makeHandler() -> NIOSSLServerHandler { NIOSSLServerHandler(context: self.context.withLock { $0 }) }

    private static func read(certificatePath: String, keyPath: String) throws(CertificateError) -> NIOSSLContext {
        guard let chain = try? NIOSSLCertificate.fromPEMFile(certificatePath), !chain.isEmpty else {
            throw .unreadableCertificate(path: certificatePath)
        }
        guard let key = try? NIOSSLPrivateKey(file: keyPath, format: .pem) else {
            throw .unreadableKey(path: keyPath)
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .unusable(reason: String(describing: error))
        }
    }
}
