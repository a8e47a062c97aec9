/// Which fields the rdata of each type has.
extension DNSField {
    private struct Entry {
        let fields: [DNSField]
        /// Whether they mean something else, or nothing, in other classes.
        var isInternetOnly = false
    }

    /// The fields of a type, in order; nil if it is not known here, and its rdata only octets.
    static func fields(of type: DNSType, _ recordClass: DNSClass) -> [DNSField]? {
        // The two numbers at the end of the range are as DS.
        let number = type.rawValue == 32768 || type.rawValue == 32769 ? 43 : Int(type.rawValue)
        guard number < table.count, let entry = table[number] else { return nil }
        guard entry.isInternetOnly, recordClass != .internet else { return entry.fields }
        guard type == .a else { return nil }
        return switch recordClass {
        case .chaos: chaosAddress
        case .hesiod: entry.fields
        default: nil
        }
    }

    private static let chaosAddress: [DNSField] = [.odd(ChaosAddressRData.self)]

    /// The entries by the number of the type.
    private static let table: [Entry?] = {
        var table = [Entry?](repeating: nil, count: 263)
        for (number, fields) in everywhere { table[number] = Entry(fields: fields) }
        for (number, fields) in internet {
            table[number] = Entry(fields: fields, isInternetOnly: true)
        }
        return table
    }()

    private static let aName: [DNSField] = [.name(compressible: true)]
    private static let aPreference: [DNSField] = [.uint16, .name(compressible: false)]
    private static let twoNames: [DNSField] = [
        .name(compressible: false), .name(compressible: false),
    ]
    private static let zone: [DNSField] = [
        .name(compressible: true), .name(compressible: true), .open, .zoneNumber("serial"),
        .zoneNumber("refresh"), .zoneNumber("retry"), .zoneNumber("expire"),
        .zoneNumber("minimum"), .closeZone,
    ]
    private static func signatureFields(_ covered: DNSField, _ signer: DNSField) -> [DNSField] {
        [
            covered, .algorithmNumber, .uint8, .uint32, .open, .line, .time, .time, .uint16,
            signer, .line, .signature, .close,
        ]
    }
    /// That of a transaction covers no type, and counts no labels (RFC 2931 §3).
    private static let oldSignature = signatureFields(.coveredType, .name(compressible: false))
    private static func keyFields(tellsUse: Bool) -> [DNSField] {
        [.uint16, .uint8, .algorithmNumber, .open, .line, .key, .closeKey(tellsUse: tellsUse)]
    }
    private static let delegation: [DNSField] = [
        .uint16, .algorithmNumber, .uint8, .open, .line, .digest(.delegation), .close,
    ]
    private static let certificateUse: [DNSField] = [
        .uint8, .uint8, .uint8, .open, .line, .hexadecimal(minimum: 1), .close,
    ]
    private static let identityTag: [DNSField] = [.openFirst, .hexadecimal(minimum: 1), .close]
    private static let droneTag: [DNSField] = [.open, .base64(minimum: 1), .close]
    private static let service: [DNSField] = [.odd(ServiceBindingRData.self)]

    /// What is the same in every class.
    private static let everywhere: [(Int, [DNSField])] = [
        // NS, MD, MF, CNAME, SOA, MB, MG, MR
        (2, aName), (3, aName), (4, aName), (5, aName), (6, zone),
        (7, aName), (8, aName), (9, aName),
        // PTR, HINFO, MINFO, MX, TXT
        (12, aName), (13, [.characterString, .characterString]),
        (14, [.name(compressible: true), .name(compressible: true)]),
        (15, [.uint16, .name(compressible: true)]), (16, [.characterStrings]),
        // RP, AFSDB, X25, ISDN, RT
        (17, twoNames), (18, aPreference), (19, [.characterString]),
        (20, [.characterString, .optionalCharacterString]), (21, aPreference),
        // SIG, KEY, GPOS, LOC, NXT
        (24, oldSignature), (25, keyFields(tellsUse: false)),
        (27, [.characterString, .characterString, .characterString]),
        (29, [.odd(LocationRData.self)]), (30, [.odd(NextRData.self)]),
        // NAPTR, CERT, DNAME, SINK, OPT, DS, SSHFP
        (
            35,
            [
                .uint16, .uint16, .characterString, .characterString, .characterString,
                .name(compressible: false),
            ]
        ),
        (
            37,
            [
                .certificateType, .uint16, .algorithm, .open, .line, .base64(minimum: 1), .close,
            ]
        ),
        (39, [.name(compressible: false)]),
        (40, [.uint8, .uint8, .uint8, .open, .line, .base64(minimum: 0), .close]),
        (41, [.odd(OptionsRData.self)]), (43, delegation),
        (44, [.uint8, .uint8, .open, .line, .digest(.fingerprint), .close]),
        // IPSECKEY, RRSIG, NSEC, DNSKEY
        (45, [.odd(IPsecKeyRData.self)]), (46, signatureFields(.type, .signer)),
        (47, [.name(compressible: false), .types(canBeEmpty: false)]),
        (48, keyFields(tellsUse: true)),
        // NSEC3, NSEC3PARAM, TLSA, SMIMEA, HIP, NINFO, RKEY, TALINK
        (
            50,
            [
                .uint8, .uint8, .uint16, .salt, .open, .line, .hash, .line,
                .types(canBeEmpty: true), .close,
            ]
        ),
        (51, [.uint8, .uint8, .uint16, .salt]), (52, certificateUse), (53, certificateUse),
        (55, [.odd(HostIdentityRData.self)]), (56, [.characterStrings]),
        (57, [.reserved] + keyFields(tellsUse: false).dropFirst()), (58, twoNames),
        // CDS, CDNSKEY, OPENPGPKEY, CSYNC, ZONEMD, DSYNC, HHIT, BRID
        (59, delegation), (60, keyFields(tellsUse: true)),
        (61, [.openFirst, .base64(minimum: 1), .close]),
        (62, [.uint32, .uint16, .types(canBeEmpty: true)]),
        (63, [.uint32, .uint8, .uint8, .open, .line, .digest(.zone), .close]),
        (66, [.type, .scheme, .uint16, .name(compressible: false)]), (67, droneTag),
        (68, droneTag),
        // SPF, NID, L32, L64, LP, EUI48, EUI64, TKEY, TSIG
        (99, [.characterStrings]), (104, [.uint16, .locator]), (105, [.uint16, .ipv4]),
        (106, [.uint16, .locator]), (107, aPreference), (108, [.hardwareAddress(count: 6)]),
        (109, [.hardwareAddress(count: 8)]), (249, [.odd(TransactionKeyRData.self)]),
        (250, [.odd(TransactionSignatureRData.self)]),
        // URI, CAA, AVC, DOA, AMTRELAY, RESINFO, WALLET
        (256, [.uint16, .uint16, .text(canBeEmpty: false)]),
        (257, [.uint8, .tag, .text(canBeEmpty: true)]), (258, [.characterStrings]),
        (259, [.uint32, .uint32, .uint8, .characterString, .wholeBase64]),
        (260, [.odd(MulticastRelayRData.self)]), (261, [.characterStrings]),
        (262, [.characterStrings]),
    ]

    /// What is so in the class of the Internet only.
    private static let internet: [(Int, [DNSField])] = [
        // A, WKS, NSAP, NSAP-PTR, PX, AAAA
        (1, [.ipv4]), (11, [.odd(WellKnownServicesRData.self)]), (22, [.nsapAddress]),
        (23, [.name(compressible: false)]),
        (26, [.uint16, .name(compressible: false), .name(compressible: false)]), (28, [.ipv6]),
        // EID, NIMLOC, SRV, ATMA, KX, A6
        (31, identityTag), (32, identityTag),
        (33, [.uint16, .uint16, .uint16, .name(compressible: false)]),
        (34, [.odd(ATMAddressRData.self)]), (36, aPreference), (38, [.odd(SixAddressRData.self)]),
        // APL, DHCID, SVCB, HTTPS
        (42, [.odd(AddressPrefixesRData.self)]),
        (49, [.openFirst, .base64(minimum: 1), .closeDHCID]),
        (64, service), (65, service),
    ]
}
