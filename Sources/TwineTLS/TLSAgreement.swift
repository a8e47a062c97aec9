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
    /// What is wrong with the peer's certificate, where that was to be told and not to end the connection:
    /// see ``TLSOptions/tellsDistrust``.
    public let distrust: [TLSError]
}

extension TLSEngine {
    /// What was agreed on, once the handshake is done.
    public var agreement: TLSAgreement {
        TLSAgreement(
            version: version, cipher: cipher, applicationProtocol: applicationProtocol,
            isResumed: isResumed, certificate: peerCertificate, distrust: distrust)
    }
}
