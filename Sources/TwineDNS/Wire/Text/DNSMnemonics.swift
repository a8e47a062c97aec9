/// The names of numbers in rdata.
enum DNSMnemonics {
    /// The names of the algorithms of DNSSEC.
    ///
    /// IANA's registry "DNS Security Algorithm Numbers".
    static let algorithms: [UInt8: String] = [
        1: "RSAMD5", 2: "DH", 3: "DSA", 4: "ECC", 5: "RSASHA1", 6: "NSEC3DSA", 7: "NSEC3RSASHA1",
        8: "RSASHA256", 10: "RSASHA512", 12: "ECCGOST", 13: "ECDSAP256SHA256",
        14: "ECDSAP384SHA384", 15: "ED25519", 16: "ED448", 252: "INDIRECT", 253: "PRIVATEDNS",
        254: "PRIVATEOID",
    ]

    /// The name of an algorithm of DNSSEC, or its number.
    static func algorithm(_ number: UInt8) -> String { algorithms[number] ?? String(number) }

    /// The names of the types of certificates.
    ///
    /// RFC 4398 §2.1.
    static let certificateTypes: [UInt16: String] = [
        1: "PKIX", 2: "SPKI", 3: "PGP", 4: "IPKIX", 5: "ISPKI", 6: "IPGP", 7: "ACPKIX",
        8: "IACPKIX", 253: "URI", 254: "OID",
    ]

    /// The name of a type of certificates, or its number.
    static func certificateType(_ number: UInt16) -> String {
        certificateTypes[number] ?? String(number)
    }

    /// The names of the errors of TSIG and TKEY, and of the response codes below them.
    ///
    /// RFC 8945 §3, RFC 2930 §2.6.
    static func transactionError(_ number: UInt16) -> String {
        switch number {
        case 0: "NOERROR"
        case 1: "FORMERR"
        case 2: "SERVFAIL"
        case 3: "NXDOMAIN"
        case 4: "NOTIMP"
        case 5: "REFUSED"
        case 6: "YXDOMAIN"
        case 7: "YXRRSET"
        case 8: "NXRRSET"
        case 9: "NOTAUTH"
        case 10: "NOTZONE"
        case 16: "BADSIG"
        case 17: "BADKEY"
        case 18: "BADTIME"
        case 19: "BADMODE"
        case 20: "BADNAME"
        case 21: "BADALG"
        case 22: "BADTRUNC"
        default: String(number)
        }
    }
}
