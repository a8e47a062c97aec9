import TwineDNS

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Names in other scripts, as they are typed.
enum InternationalName {
    /// Whether the user's locale has them: as in dig, they are octets like others without.
    static let isSpoken: Bool = {
        let locale = unsafe newlocale(LC_CTYPE_MASK, "", nil)
        guard let locale = unsafe locale else { return false }
        defer { unsafe freelocale(locale) }
        return unsafe String(cString: nl_langinfo_l(nl_item(CODESET), locale)) == "UTF-8"
    }()

    /// The name in letters of DNS; itself when it is in those, or none that IDNA allows.
    static func encoded(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }), isSpoken,
            let name = try? DNSName(international: text, allowsSymbols: true)
        else { return text }
        // The text may have ended in a dot, and is complete then.
        return text.hasSuffix(".") ? "\(name)" : name.text
    }
}
