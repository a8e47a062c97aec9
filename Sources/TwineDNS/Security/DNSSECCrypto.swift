import COpenSSL

/// What DNSSEC computes, by libcrypto.
enum DNSSECCrypto {
    /// Whether the library, and the policy of the system, take signatures with SHA-1.
    static let hasSHA1Signatures: Bool = {
        // What is tried fails for want of a right signature, or of the digest: they are told apart.
        let modulus = [UInt8](repeating: 0xc5, count: 128)
        return check([UInt8](repeating: 1, count: 128), of: [0], .rsaSHA1, [1, 3] + modulus)
            == .wrong
    }()

    /// What the check of a signature found.
    enum Outcome: Equatable {
        case right
        case wrong
        /// The key or the algorithm is none that can be used.
        case unusable
    }

    /// Checks a signature.
    ///
    /// - Parameters:
    ///   - signature: The signature, as in the RRSIG record.
    ///   - octets: What it covers.
    ///   - algorithm: The algorithm of both.
    ///   - key: The public key, as in the DNSKEY record.
    /// - Returns: Whether it fits, or cannot be checked.
    static func check(
        _ signature: [UInt8], of octets: [UInt8], _ algorithm: DNSSECAlgorithm, _ key: [UInt8]
    ) -> Outcome {
        guard let pair = unsafe publicKey(key, algorithm) else { return .unusable }
        defer { unsafe EVP_PKEY_free(pair) }
        let digest: OpaquePointer?
        var signature = signature
        switch algorithm {
        case .rsaSHA1, .rsaSHA1NSEC3: unsafe digest = EVP_sha1()
        case .rsaSHA256: unsafe digest = EVP_sha256()
        case .rsaSHA512: unsafe digest = EVP_sha512()
        case .ecdsaP256, .ecdsaP384:
            // Both numbers, each as long as the curve's.
            let count = algorithm == .ecdsaP256 ? 32 : 48
            guard signature.count == 2 * count else { return .wrong }
            signature = sequence([
                integer(signature.prefix(count)), integer(signature.suffix(count)),
            ])
            unsafe digest = algorithm == .ecdsaP256 ? EVP_sha256() : EVP_sha384()
        default: unsafe digest = nil
        }
        let result = unsafe twine_verify(
            pair, digest, signature, signature.count, octets, octets.count)
        return result < 0 ? .unusable : result == 1 ? .right : .wrong
    }

    /// The digest of octets; nil if the kind is not known here.
    static func digest(_ octets: [UInt8], _ kind: DNSSECDigest) -> [UInt8]? {
        let function: OpaquePointer?
        switch kind {
        case .sha1: unsafe function = EVP_sha1()
        case .sha256: unsafe function = EVP_sha256()
        case .sha384: unsafe function = EVP_sha384()
        default: return nil
        }
        var output = [UInt8](repeating: 0, count: 64)
        var count: UInt32 = 0
        guard unsafe EVP_Digest(octets, octets.count, &output, &count, function, nil) == 1 else {
            return nil
        }
        return Array(output.prefix(Int(count)))
    }

    @unsafe
    private static func publicKey(
        _ key: [UInt8], _ algorithm: DNSSECAlgorithm
    ) -> OpaquePointer? {
        switch algorithm {
        case .rsaSHA1, .rsaSHA1NSEC3, .rsaSHA256, .rsaSHA512:
            guard let (exponent, modulus) = rsaNumbers(key) else { return nil }
            return unsafe twine_RSA_key(modulus, modulus.count, exponent, exponent.count)
        case .ecdsaP256:
            // Both coordinates, without the octet that says so.
            guard key.count == 64 else { return nil }
            return unsafe twine_EC_key("P-256", [4] + key, 65)
        case .ecdsaP384:
            guard key.count == 96 else { return nil }
            return unsafe twine_EC_key("P-384", [4] + key, 97)
        case .ed25519:
            return unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, key, key.count)
        case .ed448:
            return unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED448, nil, key, key.count)
        default: return nil
        }
    }

    /// The numbers of a RSA key: the exponent after its length, and the modulus.
    ///
    /// A large exponent costs whoever checks with it much time, so it has 35 bits at most, as BIND
    /// has it; the modulus has 4096 (RFC 3110 §2).
    private static func rsaNumbers(
        _ key: [UInt8]
    ) -> (exponent: [UInt8], modulus: [UInt8])? {
        guard let first = key.first else { return nil }
        var rest = key.dropFirst()
        var count = Int(first)
        if first == 0 {
            guard rest.count >= 2 else { return nil }
            count = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(2)
        }
        guard count > 0, rest.count > count else { return nil }
        let exponent = Array(rest.prefix(count).drop { $0 == 0 })
        let modulus = Array(rest.dropFirst(count).drop { $0 == 0 })
        guard 1...5 ~= exponent.count, exponent.count < 5 || exponent[0] < 8,
            64...512 ~= modulus.count
        else { return nil }
        return (exponent, modulus)
    }

    /// An unsigned number in DER.
    private static func integer(_ octets: ArraySlice<UInt8>) -> [UInt8] {
        var digits = Array(octets.drop { $0 == 0 })
        if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
        return [0x02, UInt8(digits.count)] + digits
    }

    /// A sequence in DER, of up to 127 octets.
    private static func sequence(_ parts: [[UInt8]]) -> [UInt8] {
        let content = parts.flatMap { $0 }
        return [0x30, UInt8(content.count)] + content
    }
}
