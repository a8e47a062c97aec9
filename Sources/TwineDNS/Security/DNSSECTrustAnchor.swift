/// A key that is trusted beforehand, or the digest of one: where a chain of trust begins.
///
/// RFC 4033 §2.
public struct DNSSECTrustAnchor: Hashable, Sendable {
    /// The DNSKEY or DS record.
    public let record: DNSRecord

    /// Makes an anchor of a record; nil for other types, and for rdata that is malformed.
    ///
    /// - Parameter record: A DNSKEY record, or a DS record of one.
    public init?(_ record: DNSRecord) {
        guard record.hasValidRData, DNSSECKey(record) != nil || DNSSECDelegation(record) != nil
        else { return nil }
        self.record = record
    }

    /// The zone that it is for.
    public var name: DNSName { record.name }

    /// The number by which the key is told.
    public var keyTag: UInt16 { DNSSECKey(record)?.tag ?? DNSSECDelegation(record)?.tag ?? 0 }

    /// Whether a key is the one that is trusted.
    func matches(_ key: DNSSECKey) -> Bool {
        if let mine = DNSSECKey(record) { return mine.isSameKey(as: key) }
        return DNSSECDelegation(record)?.matches(key) ?? false
    }

    /// Whether keys and digests of its kind can be used.
    var isSupported: Bool {
        DNSSECKey(record)?.algorithm.isSupported ?? DNSSECDelegation(record)?.isSupported ?? false
    }

    /// The keys of the root, of 2017 and 2024, as IANA has them in its file `root-anchors.xml`.
    public static let root: [DNSSECTrustAnchor] = [
        (20326, "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"),
        (38696, "683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16"),
    ].compactMap { tag, digest in
        guard
            let record = try? DNSRecord(
                name: .root, type: .ds, timeToLive: 0, text: "\(tag) 8 2 \(digest)")
        else { return nil }
        return DNSSECTrustAnchor(record)
    }
}
