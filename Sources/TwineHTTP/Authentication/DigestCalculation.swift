/// The hashes that Digest is made of, for the side that asks and the side that answers.
///
/// RFC 7616 §3.4.
struct DigestCalculation: Equatable, Sendable {
    /// What hashes.
    let hash: Checksum.Algorithm
    /// Whether the secret is bound to the first nonces: `-sess`.
    var isSession = false

    init(_ hash: Checksum.Algorithm) { self.hash = hash }

    /// The calculation of an algorithm's name, MD5 when there is none; nil when it is unknown.
    init?(named name: String?) {
        switch (name ?? "MD5").lowercased() {
        case "md5": hash = .md5
        case "md5-sess":
            hash = .md5
            isSession = true
        case "sha-256": hash = .sha256
        case "sha-256-sess":
            hash = .sha256
            isSession = true
        case "sha-512-256": hash = .sha512Half
        case "sha-512-256-sess":
            hash = .sha512Half
            isSession = true
        default: return nil
        }
        // A system may be set to do without MD5.
        guard hash.checksum(of: []) != nil else { return nil }
    }

    /// A text's hash in hexadecimal.
    func hex(_ text: String) -> String { hash.checksum(of: Array(text.utf8))?.hexadecimal ?? "" }

    /// H(A1): what stands for the password.
    func secret(
        user: String, realm: String, password: String, nonce: String, clientNonce: String
    ) -> String {
        let secret = hex("\(user):\(realm):\(password)")
        return isSession ? hex("\(secret):\(nonce):\(clientNonce)") : secret
    }

    /// H(A2): what is asked for.
    func request(method: String, uri: String, body: String? = nil) -> String {
        hex(body.map { "\(method):\(uri):\($0)" } ?? "\(method):\(uri)")
    }

    /// The proof; without a quality of protection as of RFC 2069.
    func response(
        secret: String, nonce: String, count: String, clientNonce: String, quality: String?,
        request: String
    ) -> String {
        guard let quality else { return hex("\(secret):\(nonce):\(request)") }
        return hex("\(secret):\(nonce):\(count):\(clientNonce):\(quality):\(request)")
    }
}
