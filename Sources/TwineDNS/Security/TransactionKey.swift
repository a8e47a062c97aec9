/// A secret by which two sides sign their messages, and its name.
///
/// ```swift
/// let key = try TransactionKey("hmac-sha256:transfers.example.org:c2VjcmV0IG9jdGV0cw==")
/// ```
///
/// RFC 8945 §2.
public struct TransactionKey: Hashable, Sendable {
    /// The name under which both sides know it.
    public let name: DNSName
    /// How messages are signed with it.
    public let algorithm: TransactionAlgorithm
    /// The octets that nobody else knows.
    public let secret: [UInt8]
    /// How many octets of a signature are sent, and wanted: fewer than the digest has if it is
    /// truncated.
    ///
    /// RFC 8945 §5.2.2.1.
    public let signatureLength: Int

    /// Makes a key.
    ///
    /// - Parameters:
    ///   - name: The name under which both sides know it.
    ///   - algorithm: How messages are signed.
    ///   - secret: The octets that nobody else knows.
    ///   - signatureLength: Octets of a signature that are sent; nil, and any number that the
    ///     digest does not have, is all of them. Servers take no fewer than ten, or half.
    public init(
        name: DNSName, algorithm: TransactionAlgorithm, secret: [UInt8],
        signatureLength: Int? = nil
    ) {
        self.name = name
        self.algorithm = algorithm
        self.secret = secret
        let whole = algorithm.digestLength
        self.signatureLength = signatureLength.flatMap { 1...whole ~= $0 ? $0 : nil } ?? whole
    }

    /// Reads a key as it is given to dig: `[hmac:]name:secret`, the secret in base 64.
    ///
    /// The algorithm may say to how many bits signatures are truncated, as `hmac-sha256-128`;
    /// without one it is HMAC-MD5, as for dig.
    ///
    /// - Parameter text: The key.
    /// - Throws: ``TransactionKeyError``.
    public init(_ text: some StringProtocol) throws(TransactionKeyError) {
        let parts = text.split(separator: ":")
        guard 2...3 ~= parts.count else { throw .formInvalid }
        var algorithm = TransactionAlgorithm.hmacMD5
        var length: Int?
        if parts.count == 3 { (algorithm, length) = try Self.algorithm(parts[0]) }
        try self.init(
            name: parts[parts.count - 2], algorithm, signatureLength: length,
            secret: parts[parts.count - 1])
    }

    /// Makes a key of its parts in text.
    init(
        name: some StringProtocol, _ algorithm: TransactionAlgorithm, signatureLength: Int?,
        secret: some StringProtocol
    ) throws(TransactionKeyError) {
        let parsed: DNSName
        do {
            parsed = try DNSName(name)
        } catch {
            throw .nameInvalid(String(name), error)
        }
        guard let octets = DNSLetters.base64.decode(Array(secret.utf8)), !octets.isEmpty else {
            throw .secretInvalid(name: String(name))
        }
        self.init(
            name: parsed, algorithm: algorithm, secret: octets, signatureLength: signatureLength)
    }

    /// The algorithm of a name, and the octets of its signatures; nil for all.
    static func algorithm(
        _ text: some StringProtocol
    ) throws(TransactionKeyError) -> (TransactionAlgorithm, Int?) {
        if let whole = TransactionAlgorithm(text) { return (whole, nil) }
        guard let hyphen = text.lastIndex(of: "-"),
            let truncated = TransactionAlgorithm(text[..<hyphen])
        else { throw .algorithmUnknown(String(text)) }
        let most = truncated.digestLength * 8
        let digits = text[text.index(after: hyphen)...]
        guard let bits = DNSNumber.parse(digits, most: most) else {
            throw .bitsInvalid(String(digits), most: most)
        }
        return (truncated, bits == 0 ? nil : (bits + 7) / 8)
    }
}

extension TransactionKey: CustomStringConvertible {
    /// The algorithm and the name, as `hmac-sha256:key.example.org`: the secret is not told.
    public var description: String {
        let bits = signatureLength < algorithm.digestLength ? "-\(signatureLength * 8)" : ""
        return "\(algorithm.rawValue)\(bits):\(name.text)"
    }
}
