// The text of wget's `~/.wget-hsts`: a host, its port (0 for 443), whether names below it are meant, when it
// said so and for how long, with tabs between them.
extension HSTSDatabase {
    /// Reads the contents of wget's file.
    ///
    /// Lines that are none, comments and addresses are passed over; of two lines for a host and a port the
    /// first counts.
    ///
    /// - Parameter octets: The contents.
    /// - Complexity: O(*n*) in the octets.
    public init(parsing octets: [UInt8]) {
        self.init()
        for line in octets.split(whereSeparator: { $0 == 0x0a }) {
            let words = line.split(maxSplits: 5) { $0 == 0x20 || 0x09...0x0d ~= $0 }
            guard words.count >= 5, words[0].first != UInt8(ascii: "#"),
                let name = Self.name(words[0]), let port = Self.number(words[1]),
                let flag = Self.number(words[2]), let created = Self.number(words[3]),
                let maxAge = Self.number(words[4]), let port = UInt16(exactly: port)
            else { continue }
            add(
                Policy(includesSubdomains: flag != 0, created: created, maxAge: maxAge),
                of: Host(name: name, port: port == 443 ? 0 : port))
        }
    }

    /// The host as a URL would have it; nil for what is no name.
    private static func name(_ word: ArraySlice<UInt8>) -> String? {
        guard word.count <= longestName else { return nil }
        var output: [UInt8] = []
        let kind = try? HostText.parse(Array(word).span, isSpecial: true, to: &output)
        guard kind == .domain, output.count <= longestName else { return nil }
        return String(decoding: output, as: UTF8.self)
    }

    /// The digits at the start of a word; one that is too large to count is the largest.
    private static func number(_ word: ArraySlice<UInt8>) -> Int? {
        let digits = word.prefix { $0 &- 0x30 < 10 }
        guard !digits.isEmpty else { return nil }
        return Int(String(decoding: digits, as: UTF8.self)) ?? .max
    }

    /// Writes the contents of wget's file, sorted by name.
    ///
    /// - Parameter now: Seconds since 1970; what is over by then is left out.
    /// - Returns: The contents.
    public func serialize(at now: Int) -> [UInt8] {
        var text = "# HSTS 1.0 Known Hosts database for GNU Wget.\n# Edit at your own risk.\n"
        text += "# <hostname>\t<port>\t<incl. subdomains>\t<created>\t<max-age>\n"
        let hosts = policies.filter { !$0.value.isExpired(at: now) }.sorted {
            ($0.key.name, $0.key.port) < ($1.key.name, $1.key.port)
        }
        for (host, policy) in hosts {
            text += "\(host.name)\t\(host.port)\t\(policy.includesSubdomains ? 1 : 0)\t"
            text += "\(policy.created)\t\(policy.maxAge)\n"
        }
        return Array(text.utf8)
    }
}
