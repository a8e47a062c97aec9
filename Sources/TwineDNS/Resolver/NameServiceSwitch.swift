/// Where the system looks up hosts, and in which order: the `hosts` line of nsswitch.conf(5).
public struct NameServiceSwitch: Equatable, Sendable {
    /// A place where names are looked up.
    public enum Source: Equatable, Sendable {
        /// The hosts file.
        case files
        /// The DNS servers of resolv.conf.
        case dns
        /// Anything else, such as `mdns4_minimal`, `resolve` or `myhostname`.
        case other(String)
    }

    /// The places, in order.
    public var sources: [Source]
    /// Whether the line says, in brackets, what follows from an outcome: `[NOTFOUND=return]`.
    public var hasActions: Bool

    /// What holds without a file, or without that line: the hosts file, then DNS.
    public init() {
        sources = [.files, .dns]
        hasActions = false
    }

    /// Reads the text of an nsswitch.conf.
    ///
    /// - Parameter text: The content of the file.
    public init(_ text: String) {
        self.init()
        for line in text.split(whereSeparator: \.isNewline) {
            let content = line.prefix { $0 != "#" }
            let parts = content.split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].filter({ !$0.isWhitespace }) == "hosts" else {
                continue
            }
            sources = []
            var isInBrackets = false
            for part in parts[1].split(
                omittingEmptySubsequences: false,
                whereSeparator: {
                    $0 == "[" || $0 == "]"
                })
            {
                if isInBrackets {
                    hasActions = true
                } else {
                    sources += part.split(whereSeparator: \.isWhitespace).map { Self.source($0) }
                }
                isInBrackets.toggle()
            }
            return
        }
    }

    private static func source(_ word: Substring) -> Source {
        switch word {
        case "files": .files
        case "dns": .dns
        default: .other(String(word))
        }
    }

    /// Whether only the system itself can follow it: it names more than files and DNS.
    public var needsSystem: Bool {
        hasActions || sources.isEmpty || sources.contains { $0 != .files && $0 != .dns }
    }
}
