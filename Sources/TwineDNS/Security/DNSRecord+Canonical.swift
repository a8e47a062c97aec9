import TwineBytes

/// Rdata in the form that signatures cover.
extension DNSRecord {
    /// The types whose names are in lower case there.
    ///
    /// That of NSEC is not, whatever RFC 4034 says; names of types that came later never are. NSAP-PTR
    /// is not in its list, but signed so by BIND.
    ///
    /// RFC 4034 §6.2, RFC 6840 §5.1.
    private static let lowered: Set<UInt16> = [
        2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 15, 17, 18, 21, 23, 24, 26, 30, 33, 35, 36, 38, 39, 46,
    ]

    /// The rdata with its names in lower case where its type has them so; as it is, if it does not
    /// have the form of its type.
    var canonicalRData: [UInt8] {
        guard Self.lowered.contains(type.rawValue),
            let fields = DNSField.fields(of: type, recordClass)
        else { return rdata }
        var canonical: [UInt8] = []
        canonical.reserveCapacity(rdata.count)
        var reader = ByteReader(rdata.span)
        for field in fields {
            let start = canonical.count
            guard field.read(&reader, into: &canonical) else { return rdata }
            guard let name = field.name(in: canonical[start...]) else { continue }
            for index in name { canonical[index] = DNSName.folded(canonical[index]) }
        }
        return reader.isAtEnd ? canonical : rdata
    }
}

extension DNSField {
    /// Where a name stands in the octets of this field; nil if it has none.
    fileprivate func name(in octets: ArraySlice<UInt8>) -> Range<Int>? {
        switch self {
        case .name, .signer: return octets.indices
        case .odd(let type) where type == SixAddressRData.self:
            // Behind the length of the prefix and the bits that are not of it.
            guard let prefix = octets.first else { return nil }
            return octets.dropFirst(1 + 16 - Int(prefix / 8)).indices
        case .odd(let type) where type == NextRData.self:
            var end = octets.startIndex
            while end < octets.endIndex, octets[end] != 0 { end += 1 + Int(octets[end]) }
            return octets.startIndex..<min(end, octets.endIndex)
        default: return nil
        }
    }
}
