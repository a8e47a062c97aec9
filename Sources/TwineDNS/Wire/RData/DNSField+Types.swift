/// Which fields the rdata of each type has.
extension DNSField {
    private struct Entry {
        let fields: [DNSField]
        /// Whether they mean something else, or nothing, in other classes.
        var isInternetOnly = false
    }

    /// The fields of a type, in order; nil if it is not known here, and its rdata only octets.
    static func fields(of type: DNSType, _ recordClass: DNSClass) -> [DNSField]? {
        let number = number(of: type)
        guard number < table.count, let entry = table[number] else { return nil }
        guard entry.isInternetOnly, recordClass != .internet else { return entry.fields }
        guard type == .a else { return nil }
        return switch recordClass {
        case .chaos: chaosAddress
        case .hesiod: entry.fields
        default: nil
        }
    }

    /// What the fields of a type are called, layout aside; they are those of its RFC, as one word.
    ///
    /// Types whose form no list of fields describes have none here.
    static func names(of type: DNSType) -> [String] {
        let number = number(of: type)
        return number < names.count ? names[number] : []
    }

    /// Where a type stands: the two numbers at the end of the range are as DS.
    private static func number(of type: DNSType) -> Int {
        type.rawValue == 32768 || type.rawValue == 32769 ? 43 : Int(type.rawValue)
    }

    private static let chaosAddress: [DNSField] = [.odd(ChaosAddressRData.self)]

    /// The entries by the number of the type.
    private static let table: [Entry?] = {
        var table = [Entry?](repeating: nil, count: 263)
        for (number, _, fields) in everywhere { table[number] = Entry(fields: fields) }
        for (number, _, fields) in internet {
            table[number] = Entry(fields: fields, isInternetOnly: true)
        }
        return table
    }()

    /// The names by the number of the type, apart from the fields: parsing has no use for them.
    private static let names: [[String]] = {
        var table = [[String]](repeating: [], count: 263)
        for (number, names, _) in everywhere + internet {
            table[number] = names.split(separator: " ").map { String($0) }
        }
        return table
    }()

    private static let signatureNames =
        "typeCovered algorithm labels originalTTL signatureExpiration signatureInception keyTag "
        + "signerName signature"
    private static let keyNames = "flags protocol algorithm publicKey"
    private static let delegationNames = "keyTag algorithm digestType digest"
    private static let certificateUseNames =
        "certificateUsage selector matchingType certificateAssociationData"

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
    private static let everywhere: [(Int, String, [DNSField])] = [
        // NS, MD, MF, CNAME, SOA, MB, MG, MR
        (2, "nsdname", aName), (3, "madname", aName), (4, "madname", aName), (5, "cname", aName),
        (6, "mname rname serial refresh retry expire minimum", zone),
        (7, "madname", aName), (8, "mgmname", aName), (9, "newname", aName),
        // PTR, HINFO, MINFO, MX, TXT
        (12, "ptrdname", aName), (13, "cpu os", [.characterString, .characterString]),
        (14, "rmailbx emailbx", [.name(compressible: true), .name(compressible: true)]),
        (15, "preference exchange", [.uint16, .name(compressible: true)]),
        (16, "txtData", [.characterStrings]),
        // RP, AFSDB, X25, ISDN, RT
        (17, "mbox txt", twoNames), (18, "subtype hostname", aPreference),
        (19, "psdnAddress", [.characterString]),
        (20, "isdnAddress sa", [.characterString, .optionalCharacterString]),
        (21, "preference intermediateHost", aPreference),
        // SIG, KEY, GPOS, LOC, NXT
        (24, signatureNames, oldSignature), (25, keyNames, keyFields(tellsUse: false)),
        (
            27, "longitude latitude altitude",
            [.characterString, .characterString, .characterString]
        ),
        (29, "", [.odd(LocationRData.self)]), (30, "", [.odd(NextRData.self)]),
        // NAPTR, CERT, DNAME, SINK, OPT, DS, SSHFP
        (
            35, "order preference flags services regexp replacement",
            [
                .uint16, .uint16, .characterString, .characterString, .characterString,
                .name(compressible: false),
            ]
        ),
        (
            37, "type keyTag algorithm certificate",
            [
                .certificateType, .uint16, .algorithm, .open, .line, .base64(minimum: 1), .close,
            ]
        ),
        (39, "target", [.name(compressible: false)]),
        (
            40, "meaning coding subcoding data",
            [.uint8, .uint8, .uint8, .open, .line, .base64(minimum: 0), .close]
        ),
        (41, "", [.odd(OptionsRData.self)]), (43, delegationNames, delegation),
        (
            44, "algorithm fpType fingerprint",
            [.uint8, .uint8, .open, .line, .digest(.fingerprint), .close]
        ),
        // IPSECKEY, RRSIG, NSEC, DNSKEY
        (45, "", [.odd(IPsecKeyRData.self)]), (46, signatureNames, signatureFields(.type, .signer)),
        (47, "nextDomainName types", [.name(compressible: false), .types(canBeEmpty: false)]),
        (48, keyNames, keyFields(tellsUse: true)),
        // NSEC3, NSEC3PARAM, TLSA, SMIMEA, HIP, NINFO, RKEY, TALINK
        (
            50, "hashAlgorithm flags iterations salt nextHashedOwnerName types",
            [
                .uint8, .uint8, .uint16, .salt, .open, .line, .hash, .line,
                .types(canBeEmpty: true), .close,
            ]
        ),
        (51, "hashAlgorithm flags iterations salt", [.uint8, .uint8, .uint16, .salt]),
        (52, certificateUseNames, certificateUse), (53, certificateUseNames, certificateUse),
        (55, "", [.odd(HostIdentityRData.self)]), (56, "zsData", [.characterStrings]),
        (57, keyNames, [.reserved] + keyFields(tellsUse: false).dropFirst()),
        (58, "previousName nextName", twoNames),
        // CDS, CDNSKEY, OPENPGPKEY, CSYNC, ZONEMD, DSYNC, HHIT, BRID
        (59, delegationNames, delegation), (60, keyNames, keyFields(tellsUse: true)),
        (61, "publicKey", [.openFirst, .publicKey, .close]),
        (62, "soaSerial flags types", [.uint32, .uint16, .types(canBeEmpty: true)]),
        (
            63, "serial scheme hashAlgorithm digest",
            [.uint32, .uint8, .uint8, .open, .line, .digest(.zone), .close]
        ),
        (66, "type scheme port target", [.type, .scheme, .uint16, .name(compressible: false)]),
        (67, "data", droneTag),
        (68, "data", droneTag),
        // SPF, NID, L32, L64, LP, EUI48, EUI64, TKEY, TSIG
        (99, "txtData", [.characterStrings]), (104, "preference nodeID", [.uint16, .locator]),
        (105, "preference locator32", [.uint16, .ipv4]),
        (106, "preference locator64", [.uint16, .locator]), (107, "preference fqdn", aPreference),
        (108, "address", [.hardwareAddress(count: 6)]),
        (109, "address", [.hardwareAddress(count: 8)]), (249, "", [.odd(TransactionKeyRData.self)]),
        (250, "", [.odd(TransactionSignatureRData.self)]),
        // URI, CAA, AVC, DOA, AMTRELAY, RESINFO, WALLET
        (256, "priority weight target", [.uint16, .uint16, .text(canBeEmpty: false)]),
        (257, "flags tag value", [.uint8, .tag, .text(canBeEmpty: true)]),
        (258, "txtData", [.characterStrings]),
        (
            259, "enterprise type location mediaType data",
            [.uint32, .uint32, .uint8, .characterString, .wholeBase64]
        ),
        (260, "", [.odd(MulticastRelayRData.self)]), (261, "txtData", [.characterStrings]),
        (262, "txtData", [.characterStrings]),
    ]

    /// What is so in the class of the Internet only.
    private static let internet: [(Int, String, [DNSField])] = [
        // A, WKS, NSAP, NSAP-PTR, PX, AAAA
        (1, "address", [.ipv4]), (11, "", [.odd(WellKnownServicesRData.self)]),
        (22, "nsapAddress", [.nsapAddress]),
        (23, "ptrdname", [.name(compressible: false)]),
        (
            26, "preference map822 mapx400",
            [.uint16, .name(compressible: false), .name(compressible: false)]
        ), (28, "address", [.ipv6]),
        // EID, NIMLOC, SRV, ATMA, KX, A6
        (31, "endpointIdentifier", identityTag), (32, "nimrodLocator", identityTag),
        (
            33, "priority weight port target",
            [.uint16, .uint16, .uint16, .name(compressible: false)]
        ),
        (34, "", [.odd(ATMAddressRData.self)]), (36, "preference exchanger", aPreference),
        (38, "", [.odd(SixAddressRData.self)]),
        // APL, DHCID, SVCB, HTTPS
        (42, "", [.odd(AddressPrefixesRData.self)]),
        (49, "data", [.openFirst, .base64(minimum: 1), .closeDHCID]),
        (64, "", service), (65, "", service),
    ]
}
