import COpenSSL

/// A certificate that vouches for itself, with its key: for tests, and for servers that one visits once.
public struct SelfSignedCertificate: Sendable {
    /// The certificate, as PEM.
    public let certificate: [UInt8]
    /// The private key, as PEM.
    public let privateKey: [UInt8]
    /// The certificate's SHA-256, as pairs of hexadecimal digits with colons between.
    public let fingerprint: String

    /// Makes a key on P-256, and a certificate for it.
    ///
    /// - Parameters:
    ///   - names: The host names and IP addresses that it is for; at least one.
    ///   - days: How long it is valid; browsers take 398 at most.
    /// - Throws: ``TLSError``.
    public init(names: [String], days: Int = 30) throws(TLSError) {
        let list = names.map { Self.isAddress($0) ? "IP:\($0)" : "DNS:\($0)" }
            .joined(separator: ",")
        guard names.allSatisfy(Self.isPlain), !names.isEmpty,
            let certificate = unsafe BIO_new(BIO_s_mem()), let key = unsafe BIO_new(BIO_s_mem())
        else { throw .broken(reason: "no certificate can be made for \(names)") }
        defer {
            unsafe BIO_free(certificate)
            unsafe BIO_free(key)
        }
        var digest = [UInt8](repeating: 0, count: 32)
        guard unsafe twine_self_signed(list, days, certificate, key, &digest) == 1 else {
            throw .broken(reason: OpenSSLError.take().text)
        }
        self.certificate = unsafe Self.contents(certificate)
        privateKey = unsafe Self.contents(key)
        fingerprint = digest.map {
            ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true)
        }.joined(separator: ":")
    }

    private static func isAddress(_ name: String) -> Bool {
        name.contains(":") || name.split(separator: ".").allSatisfy { UInt8($0) != nil }
    }

    /// Letters, digits, and what names and addresses are made of: nothing that the extension's syntax
    /// gives a meaning.
    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                    UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "*"):
                    true
                default: false
                }
            }
    }

    @unsafe
    private static func contents(_ bio: OpaquePointer) -> [UInt8] {
        var start: UnsafeRawPointer?
        let count = unsafe twine_BIO_contents(bio, &start)
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(count)))
    }
}
