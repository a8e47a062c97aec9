import COpenSSL
import TwineBytes

/// A private key by which queries are signed, its public half being in the DNS: SIG(0).
///
/// RFC 2931.
public struct SignatureKey: Sendable {
    /// The name that the public half has in the DNS.
    public let name: DNSName
    /// The number of the algorithm, as in DNSSEC.
    public let algorithm: UInt8
    /// The number by which signatures refer to the key.
    public let tag: UInt16
    private let pair: Pair

    /// The library's key; never changed, so it may be used on every thread.
    @safe private final class Pair: @unchecked Sendable {
        let key: OpaquePointer

        init?(_ key: OpaquePointer?) {
            guard let key = unsafe key else { return nil }
            unsafe self.key = key
        }

        deinit { unsafe EVP_PKEY_free(key) }
    }

    /// Makes the key of a pair of files.
    init(_ files: KeyPairFiles) throws(DNSTextError) {
        name = files.record.name
        algorithm = files.algorithm
        tag = DNSField.keyTag(files.record.rdata.span)
        guard let pair = try Self.pair(files) else {
            throw files.error("the private key does not belong to the public one, or is malformed")
        }
        self.pair = pair
    }

    private static func pair(_ files: KeyPairFiles) throws(DNSTextError) -> Pair? {
        let publicKey = Array(files.record.rdata[4...])
        switch files.algorithm {
        case 5, 7, 8, 10:
            let names = [
                "Modulus", "PublicExponent", "PrivateExponent", "Prime1", "Prime2", "Exponent1",
                "Exponent2", "Coefficient",
            ]
            var numbers: [UInt8] = []
            var lengths: [Int] = []
            for name in names {
                let number = try files.field(name)
                numbers += number
                lengths.append(number.count)
            }
            // RFC 3110 §2: the public key ends in its modulus.
            guard publicKey.suffix(lengths[0]).elementsEqual(numbers[..<lengths[0]]) else {
                return nil
            }
            return unsafe Pair(twine_RSA_pair(numbers, lengths))
        case 13, 14:
            let secret = try files.field("PrivateKey")
            let point = [4] + publicKey
            let curve = files.algorithm == 13 ? "P-256" : "P-384"
            return unsafe Pair(
                twine_EC_pair(curve, point, point.count, secret, secret.count))
        case 15, 16:
            let secret = try files.field("PrivateKey")
            let kind = files.algorithm == 15 ? "ED25519" : "ED448"
            let pair = unsafe Pair(
                EVP_PKEY_new_raw_private_key_ex(nil, kind, nil, secret, secret.count))
            guard let pair else { return nil }
            var derived = [UInt8](repeating: 0, count: 64)
            var count = derived.count
            guard unsafe EVP_PKEY_get_raw_public_key(pair.key, &derived, &count) == 1,
                derived.prefix(count).elementsEqual(publicKey)
            else { return nil }
            return pair
        default:
            throw files.error("no query can be signed with algorithm \(files.algorithm)")
        }
    }

    /// Adds a signature to a query.
    ///
    /// - Parameters:
    ///   - query: A whole message, as ``DNSMessage/serialize()`` makes it.
    ///   - now: The time, in seconds since 1970.
    ///   - fudge: How many seconds before and after it the signature holds.
    /// - Returns: The message with a SIG record at its end.
    /// - Throws: ``DNSError`` if the query has no header, or no room for one record more;
    ///   ``DNSError/signingFailed`` if the cryptographic library fails.
    ///
    /// RFC 2931 §3.
    public func sign(
        _ query: [UInt8], at now: Int, fudge: Int = 300
    ) throws(DNSError) -> [UInt8] {
        var message = try DNSSigned.unsigned(query)
        var rdata = ByteWriter(capacity: 128)
        // No type is covered; labels and time to live are zero.
        rdata.write(UInt16(0))
        rdata.write(algorithm)
        rdata.write(UInt8(0))
        rdata.write(UInt32(0))
        rdata.write(UInt32(truncatingIfNeeded: now &+ fudge))
        rdata.write(UInt32(truncatingIfNeeded: now &- fudge))
        rdata.write(tag)
        rdata.write(name.wire)
        guard let signature = signature(of: rdata.bytes + query) else { throw .signingFailed }
        rdata.write(signature)
        var record = ByteWriter(capacity: 11 + rdata.count)
        record.write(UInt8(0))
        record.write(DNSType.sig.rawValue)
        record.write(DNSClass.any.rawValue)
        record.write(UInt32(0))
        record.write(UInt16(truncatingIfNeeded: rdata.count))
        record.write(rdata.bytes)
        try DNSSigned.append(record.bytes, to: &message)
        return message
    }

    private func signature(of octets: [UInt8]) -> [UInt8]? {
        let digest: String? =
            switch algorithm {
            case 5, 7: "SHA1"
            case 8, 13: "SHA256"
            case 10: "SHA512"
            case 14: "SHA384"
            default: nil
            }
        // Room for RSA with 8,192 bits.
        var signature = [UInt8](repeating: 0, count: 1024)
        let count = unsafe twine_sign(
            pair.key, digest, octets, octets.count, &signature, signature.count)
        guard count > 0 else { return nil }
        guard algorithm == 13 || algorithm == 14 else { return Array(signature[..<count]) }
        let size = algorithm == 13 ? 32 : 48
        var numbers = [UInt8](repeating: 0, count: 2 * size)
        guard unsafe twine_ECDSA_numbers(signature, count, &numbers, Int32(size)) == 1 else {
            return nil
        }
        return numbers
    }
}
