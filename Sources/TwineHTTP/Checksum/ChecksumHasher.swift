import COpenSSL

/// Makes a digest of octets as they come.
///
/// It holds a few hundred octets, however many it is given.
@safe
public struct ChecksumHasher: ~Copyable {
    /// What makes the digest.
    public let algorithm: Checksum.Algorithm
    private let context: OpaquePointer

    /// Begins with no octets; nil when this system's OpenSSL refuses the algorithm.
    ///
    /// - Parameter algorithm: What makes the digest.
    public init?(_ algorithm: Checksum.Algorithm) {
        guard let context = unsafe EVP_MD_CTX_new() else { return nil }
        guard unsafe EVP_DigestInit_ex(context, algorithm.function, nil) == 1 else {
            unsafe EVP_MD_CTX_free(context)
            return nil
        }
        self.algorithm = algorithm
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Goes on by these octets.
    ///
    /// - Parameter octets: What follows what was given before.
    public mutating func update(_ octets: Span<UInt8>) {
        unsafe octets.withUnsafeBytes {
            _ = unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count)
        }
    }

    /// The digest of the octets so far; more may follow.
    ///
    /// - Returns: nil when OpenSSL failed, which it does for want of memory only.
    public func checksum() -> Checksum? {
        guard let copy = unsafe EVP_MD_CTX_new() else { return nil }
        defer { unsafe EVP_MD_CTX_free(copy) }
        guard unsafe EVP_MD_CTX_copy_ex(copy, context) == 1 else { return nil }
        var digest = [UInt8](repeating: 0, count: algorithm.length)
        guard unsafe EVP_DigestFinal_ex(copy, &digest, nil) == 1 else { return nil }
        return Checksum(algorithm, octets: digest)
    }
}

extension Checksum.Algorithm {
    /// The digest of octets that are there as a whole.
    ///
    /// - Parameter octets: The octets.
    /// - Returns: nil when this system's OpenSSL refuses the algorithm.
    public func checksum(of octets: [UInt8]) -> Checksum? {
        var hasher = ChecksumHasher(self)
        hasher?.update(octets.span)
        return hasher?.checksum()
    }

    fileprivate var function: OpaquePointer? {
        switch self {
        case .md5: unsafe EVP_md5()
        case .sha1: unsafe EVP_sha1()
        case .sha224: unsafe EVP_sha224()
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        case .sha512Half: unsafe EVP_sha512_256()
        case .blake2b: unsafe EVP_blake2b512()
        }
    }
}
