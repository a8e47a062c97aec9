/// A digest that octets are expected to have, and which algorithm makes it.
public struct Checksum: Hashable, Sendable, CustomStringConvertible {
    /// What makes digests; the raw value is what users write.
    public enum Algorithm: String, CaseIterable, Sendable {
        /// RFC 1321; no protection against intent.
        case md5
        /// FIPS 180-4; no protection against intent.
        case sha1
        /// FIPS 180-4.
        case sha224
        /// FIPS 180-4.
        case sha256
        /// FIPS 180-4.
        case sha384
        /// FIPS 180-4.
        case sha512
        /// SHA-512 cut to 256 bits, FIPS 180-4 §6.7.
        case sha512Half = "sha512-256"
        /// BLAKE2b with 64 octets, RFC 7693.
        case blake2b
    }

    /// What makes the digest.
    public let algorithm: Algorithm
    /// The digest; as long as the algorithm makes it.
    public let octets: [UInt8]

    /// Makes a checksum; nil when the octets are not as many as the algorithm makes.
    ///
    /// - Parameters:
    ///   - algorithm: What makes the digest.
    ///   - octets: The digest.
    public init?(_ algorithm: Algorithm, octets: [UInt8]) {
        guard octets.count == algorithm.length else { return nil }
        self.algorithm = algorithm
        self.octets = octets
    }

    /// Makes a checksum; nil when the text is neither hexadecimal nor Base64 of the right length.
    ///
    /// - Parameters:
    ///   - algorithm: What makes the digest.
    ///   - text: The digest, hexadecimal in either case, or Base64 with or without its padding.
    public init?(_ algorithm: Algorithm, text: some StringProtocol) {
        let signs = Array(text.utf8)
        if signs.count == 2 * algorithm.length, let octets = Self.hexadecimal(signs) {
            self.init(algorithm, octets: octets)
        } else if let octets = Base64.decode(signs) {
            self.init(algorithm, octets: octets)
        } else {
            return nil
        }
    }

    /// Reads what users write: `sha256:HEX`, `sha-256=BASE64`, or a digest alone, whose length tells
    /// the algorithm; nil when that is unknown, or the digest is not as long as its own.
    ///
    /// - Parameter text: The text; spaces around it do not count.
    public init?(_ text: String) {
        let text = Substring(text).trimmingSpaces()
        if let separator = text.firstIndex(where: { $0 == ":" || $0 == "=" }),
            let algorithm = Algorithm(name: text[..<separator])
        {
            self.init(algorithm, text: text[text.index(after: separator)...])
            return
        }
        let signs = Array(text.utf8)
        guard let octets = Self.hexadecimal(signs),
            let algorithm = Algorithm.allCases.first(where: {
                $0.length == octets.count && $0.isMeantByLength
            })
        else { return nil }
        self.init(algorithm, octets: octets)
    }

    /// The digest in small hexadecimal digits.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }

    /// The digest in Base64, as the fields of HTTP have it.
    public var base64: String { Base64.encode(octets) }

    /// `sha256:` and the digest in hexadecimal, which ``init(_:)`` reads.
    public var description: String { "\(algorithm.rawValue):\(hexadecimal)" }

    private static func hexadecimal(_ signs: [UInt8]) -> [UInt8]? {
        guard signs.count.isMultiple(of: 2) else { return nil }
        var octets: [UInt8] = []
        for index in stride(from: 0, to: signs.count, by: 2) {
            guard let high = PercentEncoding.hexValue(signs[index]),
                let low = PercentEncoding.hexValue(signs[index + 1])
            else { return nil }
            octets.append(high << 4 | low)
        }
        return octets
    }
}

extension Checksum.Algorithm {
    /// The algorithm of a name in any of the usual spellings: `SHA-256`, `sha256`, `SHA2-256`, `sha`;
    /// nil when it is none of these.
    ///
    /// - Parameter name: The name; case, `-`, `_` and `/` do not count.
    public init?(name: some StringProtocol) {
        let letters = Array(name.utf8).lowercasedASCII.filter { !"-_/".utf8.contains($0) }
        switch String(decoding: letters, as: UTF8.self) {
        case "md5": self = .md5
        case "sha", "sha1": self = .sha1
        case "sha224", "sha2224": self = .sha224
        case "sha256", "sha2256": self = .sha256
        case "sha384", "sha2384": self = .sha384
        case "sha512", "sha2512": self = .sha512
        case "sha512256": self = .sha512Half
        case "blake2b", "blake2b512", "b2": self = .blake2b
        default: return nil
        }
    }

    /// How many octets a digest has.
    public var length: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha224: 28
        case .sha256, .sha512Half: 32
        case .sha384: 48
        case .sha512, .blake2b: 64
        }
    }

    /// How hard it is to make other octets of the same digest: more is harder.
    ///
    /// Of several checksums the strongest is worth checking.
    public var strength: Int {
        switch self {
        case .md5: 0
        case .sha1: 1
        case .sha224: 2
        case .sha256, .sha512Half: 3
        case .sha384: 4
        case .sha512, .blake2b: 5
        }
    }

    /// Whether a digest without a name is taken for this one: several are of one length.
    var isMeantByLength: Bool { self != .sha512Half && self != .blake2b }
}
