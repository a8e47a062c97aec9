/// A key by which queries are signed: of one kind or the other.
public enum QueryKey: Sendable {
    /// A secret that both sides know (TSIG).
    case transaction(TransactionKey)
    /// A private key (SIG(0)).
    case signature(SignatureKey)

    /// Reads the pair of files that dnssec-keygen writes.
    ///
    /// - Parameters:
    ///   - publicKey: The octets of `K….key`: a KEY record.
    ///   - privateKey: Those of `K….private`: RSA, ECDSA, Ed25519 or Ed448; or an HMAC of old.
    ///   - name: What both files' names begin with, up to the last dot; for errors.
    /// - Throws: ``DNSTextError``; it never has a part of a secret.
    public init(
        publicKey: [UInt8], privateKey: [UInt8], name: String? = nil
    ) throws(DNSTextError) {
        let files = try KeyPairFiles(publicKey: publicKey, privateKey: privateKey, name: name)
        if let key = try TransactionKey(files) {
            self = .transaction(key)
        } else {
            self = .signature(try SignatureKey(files))
        }
    }
}
