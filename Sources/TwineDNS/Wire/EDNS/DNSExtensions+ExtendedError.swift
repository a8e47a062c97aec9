extension DNSExtensions {
    /// Why an answer is as it is: a number, and perhaps a text.
    ///
    /// RFC 8914 §2.
    public struct ExtendedError: Hashable, Sendable {
        /// IANA's number of the reason.
        public var code: UInt16
        /// What the server says about it; it should be UTF-8.
        public var text: [UInt8]

        /// Makes a reason.
        ///
        /// - Parameters:
        ///   - code: IANA's number.
        ///   - text: What the server says about it, in UTF-8.
        public init(code: UInt16, text: [UInt8] = []) {
            self.code = code
            self.text = text
        }

        /// The name of the number, such as `Stale Answer`; nil for numbers not known here.
        ///
        /// RFC 8914 §4.
        public var purpose: String? {
            Int(code) < Self.purposes.count ? Self.purposes[Int(code)] : nil
        }

        private static let purposes = [
            "Other", "Unsupported DNSKEY Algorithm", "Unsupported DS Digest Type", "Stale Answer",
            "Forged Answer", "DNSSEC Indeterminate", "DNSSEC Bogus", "Signature Expired",
            "Signature Not Yet Valid", "DNSKEY Missing", "RRSIGs Missing", "No Zone Key Bit Set",
            "NSEC Missing", "Cached Error", "Not Ready", "Blocked", "Censored", "Filtered",
            "Prohibited", "Stale NXDOMAIN Answer", "Not Authoritative", "Not Supported",
            "No Reachable Authority", "Network Error", "Invalid Data",
        ]

        /// Whether the text is UTF-8, as it should be.
        var isUTF8: Bool { String(validating: text, as: UTF8.self) != nil }
    }
}
