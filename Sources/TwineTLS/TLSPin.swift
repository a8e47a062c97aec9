import COpenSSL

/// The public keys that a server may have.
public struct TLSPin: Hashable, Sendable {
    /// The SHA-256 of each key's SubjectPublicKeyInfo.
    let digests: [[UInt8]]

    /// Keys by their SHA-256.
    ///
    /// - Parameter digests: 32 octets each, of the key's SubjectPublicKeyInfo.
    public init(sha256 digests: [[UInt8]]) {
        self.digests = digests
    }

    /// Keys as people write them: `sha256//` and base64, several with `;` between, or a file of one key.
    ///
    /// - Parameter text: The digests, or the path of a public key in PEM or DER.
    /// - Throws: ``TLSError/unusableFile(path:reason:)``.
    public init(_ text: String) throws(TLSError) {
        let prefix = "sha256//"
        guard text.hasPrefix(prefix) else {
            digests = [try Self.digest(ofFile: text)]
            return
        }
        var digests: [[UInt8]] = []
        for part in text.split(separator: ";") {
            guard part.hasPrefix(prefix),
                let digest = unsafe Self.decode(part.dropFirst(prefix.count)), digest.count == 32
            else { throw .unusableFile(path: String(part), reason: "no SHA-256 in base64") }
            digests.append(digest)
        }
        self.digests = digests
    }

    /// Whether a certificate has one of the keys.
    @unsafe
    func matches(_ certificate: OpaquePointer) -> Bool {
        guard let key = unsafe X509_get_X509_PUBKEY(certificate) else { return false }
        var octets: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_X509_PUBKEY(key, &octets)
        guard count > 0, let octets = unsafe octets else { return false }
        defer { unsafe CRYPTO_free(octets, "", 0) }
        return digests.contains(unsafe Self.sha256(octets, Int(count)))
    }

    private static func digest(ofFile path: String) throws(TLSError) -> [UInt8] {
        guard let bio = unsafe BIO_new_file(path, "rb") else {
            throw .unusableFile(path: path, reason: OpenSSLError.take().text)
        }
        defer { unsafe BIO_free(bio) }
        var key = unsafe PEM_read_bio_PUBKEY(bio, nil, nil, nil)
        if unsafe key == nil {
            unsafe twine_BIO_clear(bio)
            unsafe key = d2i_PUBKEY_bio(bio, nil)
        }
        ERR_clear_error()
        defer { unsafe EVP_PKEY_free(key) }
        var octets: UnsafeMutablePointer<UInt8>?
        guard unsafe key != nil, case let count = unsafe i2d_PUBKEY(key, &octets), count > 0,
            let octets = unsafe octets
        else { throw .unusableFile(path: path, reason: "no public key in PEM or DER") }
        defer { unsafe CRYPTO_free(octets, "", 0) }
        return unsafe sha256(octets, Int(count))
    }

    @unsafe
    private static func sha256(_ octets: UnsafePointer<UInt8>, _ count: Int) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        _ = unsafe EVP_Digest(octets, count, &digest, nil, EVP_sha256(), nil)
        return digest
    }

    /// Base64 with its padding.
    @unsafe
    private static func decode(_ text: Substring) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard !characters.isEmpty, characters.count % 4 == 0, characters.count <= 88 else {
            return nil
        }
        var octets = [UInt8](repeating: 0, count: characters.count / 4 * 3)
        let count = unsafe EVP_DecodeBlock(&octets, characters, Int32(characters.count))
        guard count >= 0 else { return nil }
        let padding = characters.suffix(2).count { $0 == UInt8(ascii: "=") }
        return Array(octets.prefix(Int(count) - padding))
    }
}
