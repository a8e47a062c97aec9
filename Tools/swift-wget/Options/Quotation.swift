/// How messages quote what somebody wrote, as GNU programs do.
///
/// What would not be seen is escaped as in C; in a locale of UTF-8 the marks are curly.
struct Quotation: Sendable, Equatable {
    /// Whether the locale's encoding is UTF-8.
    var isUTF8: Bool

    init(isUTF8: Bool) { self.isUTF8 = isUTF8 }

    /// Decides by the environment, in the order of setlocale(3).
    init(_ environment: Environment) {
        let name = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
            .first { !$0.isEmpty }
        // What may follow the charset is a variant: `de_DE.UTF-8@euro`.
        let locale = (name?.bytes ?? []).prefix { $0 != UInt8(ascii: "@") }
        let plain = locale.lazy.filter { $0 != UInt8(ascii: "-") }.map(Octets.lowercased)
        isUTF8 = plain.suffix(4).elementsEqual("utf8".utf8)
    }

    func callAsFunction(_ text: String) -> String { self(Octets(text)) }

    func callAsFunction(_ octets: Octets) -> String {
        octets.quoted(isUTF8 ? .unicode : .ascii).description
    }
}
