/// How messages quote what somebody wrote, as GNU programs do.
///
/// What would not be seen is escaped as in C; in a locale of UTF-8 the marks are curly.
struct Quotation: Sendable, Equatable {
    /// Whether the locale's encoding is UTF-8.
    var isUTF8: Bool

    init(isUTF8: Bool) { self.isUTF8 = isUTF8 }

    /// Decides by the environment, in the order of setlocale(3).
    init(_ environment: [String: Octets]) {
        let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy
            .compactMap { environment[$0] }.first { !$0.isEmpty }
        let charset = name?.description.lowercased().filter { $0 != "-" } ?? ""
        isUTF8 = charset.contains("utf8")
    }

    func callAsFunction(_ text: String) -> String { self(Octets(text)) }

    func callAsFunction(_ octets: Octets) -> String {
        octets.quoted(isUTF8 ? .unicode : .ascii).description
    }
}
