public import HTTPTypes

/// The digests that a response gives of what it carries.
///
/// `Digest` is of the whole representation, and so is `Repr-Digest`; `Content-Digest` is of the octets
/// of this very message, which is a part only where the status is 206.
///
/// RFC 9530, RFC 3230.
public enum DigestField {
    /// More digests in one message are not read.
    static let limit = 32

    /// Reads the values of `Digest` fields: `SHA-256=BASE64,md5=BASE64,unixsum=30637`.
    ///
    /// - Parameter values: The fields' values.
    /// - Returns: Those of known algorithms that are as long as they should be, the strongest first.
    ///
    /// RFC 3230 §4.3.2.
    public static func digests(_ values: some Sequence<String>) -> [Checksum] {
        read(values) { scan in
            let octets = scan.text(until: ",")
            return Base64.decode(octets)
        }
    }

    /// Reads the values of `Repr-Digest` or `Content-Digest` fields: `sha-256=:BASE64:, sha-512=:BASE64:`.
    ///
    /// - Parameter values: The fields' values.
    /// - Returns: Those of known algorithms that are as long as they should be, the strongest first.
    ///
    /// RFC 9530 §2, RFC 8941 §3.3.5.
    public static func structuredDigests(_ values: some Sequence<String>) -> [Checksum] {
        read(values) { scan in
            guard scan.isAt(HTTPOctet.colon) else { return nil }
            scan.skip()
            let octets = scan.text(until: ":,")
            guard scan.isAt(HTTPOctet.colon) else { return nil }
            return Base64.decode(octets)
        }
    }

    /// What a message says of its whole representation, the strongest first.
    ///
    /// `Content-Digest` counts only where the message is the representation as a whole.
    ///
    /// - Parameters:
    ///   - fields: The message's fields.
    ///   - isWhole: Whether it carries the representation as a whole: a 200, not a 206.
    /// - Returns: Those of known algorithms that are as long as they should be.
    public static func digests(in fields: HTTPFields, isWhole: Bool) -> [Checksum] {
        var found = digests(values(fields, "Digest"))
        found += structuredDigests(values(fields, "Repr-Digest"))
        if isWhole { found += structuredDigests(values(fields, "Content-Digest")) }
        return sorted(found)
    }

    private static func values(_ fields: HTTPFields, _ name: String) -> [String] {
        HTTPField.Name(name).map { fields[values: $0] } ?? []
    }

    private static func read(
        _ values: some Sequence<String>, _ octets: (inout FieldScanner) -> [UInt8]?
    ) -> [Checksum] {
        var found: [Checksum] = []
        for value in values {
            var scan = FieldScanner(value)
            while !scan.isAtEnd, found.count < limit {
                scan.skip(HTTPOctet.comma)
                guard let name = scan.token() else {
                    scan.skip()
                    continue
                }
                if scan.takes(UInt8(ascii: "=")), let octets = octets(&scan),
                    let algorithm = Checksum.Algorithm(name: name),
                    let checksum = Checksum(algorithm, octets: octets), !found.contains(checksum)
                {
                    found.append(checksum)
                }
                scan.skip(until: ",")
            }
        }
        return sorted(found)
    }

    private static func sorted(_ checksums: [Checksum]) -> [Checksum] {
        checksums.enumerated().sorted {
            ($1.element.algorithm.strength, $0.offset) < ($0.element.algorithm.strength, $1.offset)
        }.map(\.element)
    }
}
