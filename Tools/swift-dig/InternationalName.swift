import TwineDNS

/// Names in other scripts, as they are typed.
enum InternationalName {
    /// The name in letters of DNS; itself when it is in those, or none that IDNA allows.
    static func encoded(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }),
            let name = try? DNSName(international: text)
        else { return text }
        // The text may have ended in a dot, and is complete then.
        return text.hasSuffix(".") ? "\(name)" : name.text
    }
}
