import CIDN2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension DNSName {
    /// Reads a name as people write it, in any script: labels outside of ASCII become A-labels.
    ///
    /// Text of ASCII only is read as by ``init(_:)``, with its escapes, and is not changed.
    ///
    /// - Parameters:
    ///   - text: The name, such as `bücher.example`.
    ///   - allowsSymbols: Whether what IDNA allowed in 2003 and not since, such as snowmen, is taken.
    /// - Throws: ``DNSError/nameNotInternational(name:reason:)`` for what IDNA forbids, or as
    ///   ``init(_:)`` does.
    ///
    /// RFC 5891 §5, by the mapping of UTS #46 (not transitional).
    public init(
        international text: some StringProtocol, allowsSymbols: Bool = false
    ) throws(DNSError) {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else {
            try self.init(text)
            return
        }
        let name = String(text)
        var output: UnsafeMutablePointer<UInt8>?
        let flags = Int32(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
        let octets = Array(name.utf8) + [0]
        // A zero octet would end the name early for C.
        guard !name.utf8.contains(0) else {
            throw .nameNotInternational(name: name, reason: "it contains a NUL")
        }
        var code = unsafe idn2_lookup_u8(octets, &output, flags)
        if code == Int32(IDN2_DISALLOWED.rawValue), allowsSymbols {
            let older = Int32(IDN2_NFC_INPUT.rawValue | IDN2_TRANSITIONAL.rawValue)
            code = unsafe idn2_lookup_u8(octets, &output, older)
        }
        guard code == 0, let result = unsafe output else {
            let reason = unsafe idn2_strerror(code).map { unsafe String(cString: $0) }
            throw .nameNotInternational(name: name, reason: reason ?? "error \(code)")
        }
        defer { unsafe idn2_free(result) }
        try self.init(unsafe String(cString: result))
    }

    /// The text of a name with labels of IDNA, complete, in its own script; nil without such labels,
    /// or when they are none that IDNA allows.
    ///
    /// RFC 5891 §5, RFC 5890 §2.3.2.1.
    public var international: String? {
        let hasLabel = labels.contains { label in
            label.count > 4 && DNSName.areEqual(label.prefix(4), Self.prefix)
        }
        guard hasLabel else { return nil }
        var output: UnsafeMutablePointer<CChar>?
        let flags = Int32(IDN2_NONTRANSITIONAL.rawValue)
        guard unsafe idn2_to_unicode_8z8z(description, &output, flags) == Int32(IDN2_OK.rawValue),
            let result = unsafe output
        else { return nil }
        defer { unsafe idn2_free(result) }
        return unsafe String(cString: result)
    }

    private static let prefix = Array("xn--".utf8)[...]
}
