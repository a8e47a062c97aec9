import COpenSSL

/// What the two ends of a connection have agreed on.
public struct TLSAgreement: Equatable, Sendable {
    /// The version in use, such as `TLSv1.3`.
    public let version: String
    /// The cipher in use, by OpenSSL's name.
    public let cipher: String
    /// The application protocol that both chose (ALPN); nil for none.
    public let applicationProtocol: String?
    /// Whether an earlier session was resumed.
    public let isResumed: Bool
    /// Who the peer says it is; nil where it says nothing, as most clients do.
    public let certificate: PeerCertificate?
    /// The certificates that a server sent, its own first, as PEM (RFC 7468 §5); none of a session that was
    /// resumed.
    public let chain: [String]
    /// What is wrong with the peer's certificate, where that was to be told and not to end the connection:
    /// see ``TLSOptions/tellsDistrust``.
    public let distrust: [TLSError]
}

extension TLSEngine {
    /// What was agreed on, once the handshake is done; found out once.
    public var agreement: TLSAgreement {
        if let found { return found }
        let agreement = TLSAgreement(
            version: version, cipher: cipher, applicationProtocol: applicationProtocol,
            isResumed: isResumed, certificate: peerCertificate, chain: chain, distrust: distrust)
        if isEstablished { found = agreement }
        return agreement
    }

    private var chain: [String] {
        guard let output = unsafe BIO_new(BIO_s_mem()) else { return [] }
        defer { unsafe BIO_free(output) }
        var chain: [String] = []
        while let certificate = unsafe twine_SSL_peer_certificate(ssl, Int32(chain.count)) {
            unsafe twine_BIO_clear(output)
            guard unsafe PEM_write_bio_X509(output, certificate) == 1 else { break }
            var start: UnsafeRawPointer?
            let count = unsafe twine_BIO_contents(output, &start)
            let octets = unsafe UnsafeRawBufferPointer(start: start, count: count)
            chain.append(unsafe String(decoding: octets, as: UTF8.self))
        }
        return chain
    }
}
