extension DNSMessage {
    /// The first four octets of a message: its id and all flags; the counts are those of the
    /// sections.
    ///
    /// RFC 1035 §4.1.1.
    public struct Header: Hashable, Sendable {
        /// The number by which a response is known to belong to its query.
        public var id: UInt16
        /// All bits between the id and the counts, as on the wire.
        public var flags: UInt16

        /// Makes a header.
        ///
        /// - Parameters:
        ///   - id: The number of the query.
        ///   - flags: All bits, as on the wire; none is a standard query without recursion.
        public init(id: UInt16 = 0, flags: UInt16 = 0) {
            self.id = id
            self.flags = flags
        }

        /// QR: it is a response, not a query.
        public var isResponse: Bool {
            get { self[bit: 15] }
            set { self[bit: 15] = newValue }
        }

        /// What kind of query it is.
        public var opcode: Opcode {
            get { Opcode(rawValue: UInt8(truncatingIfNeeded: flags >> 11) & 15) }
            set { flags = flags & ~(15 << 11) | UInt16(newValue.rawValue & 15) << 11 }
        }

        /// AA: the server has authority for the name in the question.
        public var isAuthoritative: Bool {
            get { self[bit: 10] }
            set { self[bit: 10] = newValue }
        }

        /// TC: the message was cut to fit the transport.
        public var isTruncated: Bool {
            get { self[bit: 9] }
            set { self[bit: 9] = newValue }
        }

        /// RD: the server shall ask others if need be.
        public var recursionDesired: Bool {
            get { self[bit: 8] }
            set { self[bit: 8] = newValue }
        }

        /// RA: the server does so.
        public var recursionAvailable: Bool {
            get { self[bit: 7] }
            set { self[bit: 7] = newValue }
        }

        /// Z: the bit without a meaning.
        public var reserved: Bool {
            get { self[bit: 6] }
            set { self[bit: 6] = newValue }
        }

        /// AD: the server has authenticated the data by DNSSEC (RFC 4035 §3.2.3).
        public var isAuthenticData: Bool {
            get { self[bit: 5] }
            set { self[bit: 5] = newValue }
        }

        /// CD: the server need not check by DNSSEC (RFC 4035 §3.2.2).
        public var checkingDisabled: Bool {
            get { self[bit: 4] }
            set { self[bit: 4] = newValue }
        }

        /// The low four bits of the response code; ``DNSMessage/responseCode`` has all twelve.
        public var responseCode: ResponseCode {
            get { ResponseCode(rawValue: flags & 15) }
            set { flags = flags & ~15 | newValue.rawValue & 15 }
        }

        private subscript(bit bit: UInt16) -> Bool {
            get { flags >> bit & 1 == 1 }
            set { flags = newValue ? flags | 1 << bit : flags & ~(1 << bit) }
        }
    }

    /// What kind of query a message is: any 4-bit number.
    ///
    /// RFC 1035 §4.1.1.
    public struct Opcode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The number on the wire.
        public let rawValue: UInt8

        /// The opcode with this number.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A standard query (RFC 1035 §4.1.1).
        public static let query = Opcode(rawValue: 0)
        /// An inverse query, obsolete (RFC 3425).
        public static let inverseQuery = Opcode(rawValue: 1)
        /// A question for the server's status (RFC 1035 §4.1.1).
        public static let status = Opcode(rawValue: 2)
        /// A notice that a zone has changed (RFC 1996).
        public static let notify = Opcode(rawValue: 4)
        /// An update of a zone (RFC 2136).
        public static let update = Opcode(rawValue: 5)

        /// The mnemonic, such as `QUERY`, or `RESERVED3`.
        public var description: String {
            switch self {
            case .query: "QUERY"
            case .inverseQuery: "IQUERY"
            case .status: "STATUS"
            case .notify: "NOTIFY"
            case .update: "UPDATE"
            default: "RESERVED\(rawValue)"
            }
        }
    }

    /// What became of a query: any 12-bit number.
    ///
    /// RFC 1035 §4.1.1, RFC 6895 §2.3.
    public struct ResponseCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The number on the wire: four bits of the header and, above them, eight of EDNS.
        public let rawValue: UInt16

        /// The code with this number.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// No error.
        public static let noError = ResponseCode(rawValue: 0)
        /// The server could not read the query.
        public static let formatError = ResponseCode(rawValue: 1)
        /// The server failed for reasons of its own.
        public static let serverFailure = ResponseCode(rawValue: 2)
        /// The name does not exist.
        public static let nameError = ResponseCode(rawValue: 3)
        /// The server does not know this kind of query.
        public static let notImplemented = ResponseCode(rawValue: 4)
        /// The server does not want to answer.
        public static let refused = ResponseCode(rawValue: 5)
        /// The server is not authoritative, or the sender not authorised (RFC 2136, RFC 8945).
        public static let notAuthoritative = ResponseCode(rawValue: 9)
        /// The server does not know the version of EDNS (RFC 6891 §6.1.3).
        public static let badVersion = ResponseCode(rawValue: 16)
        /// The cookie is bad or missing (RFC 7873).
        public static let badCookie = ResponseCode(rawValue: 23)

        private static let mnemonics: [UInt16: String] = [
            0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED",
            6: "YXDOMAIN", 7: "YXRRSET", 8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE",
            16: "BADVERS", 23: "BADCOOKIE",
        ]

        /// The mnemonic, such as `NXDOMAIN`; of other codes `RESERVED12` for those of the header,
        /// `?17` for those that EDNS adds, as dig prints them.
        public var description: String {
            Self.mnemonics[rawValue] ?? (rawValue < 16 ? "RESERVED\(rawValue)" : "?\(rawValue)")
        }
    }
}
