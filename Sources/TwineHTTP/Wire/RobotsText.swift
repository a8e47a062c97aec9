/// What a site asks of robots: its `/robots.txt`, as far as it concerns one robot.
///
/// The longest rule that matches counts, and of two of one length the one that allows. wget reads
/// some files in another way, as of 1996: its first rule that matches counts, in the order of the
/// file; `*` and `$` mean themselves; a `#` begins a comment after white space only; queries are not
/// looked at; a name of a robot must be `wget` to the letter, or `*`; and lines may not end by CR alone.
///
/// RFC 9309.
public struct RobotsText: Equatable, Sendable {
    /// What lies behind is not read, in octets.
    ///
    /// RFC 9309 §2.5.
    public static let sizeLimit = 500 << 10
    /// More rules for one robot are not kept, so that no site makes each URL cost much.
    public static let ruleLimit = 10_000
    /// More addresses of sitemaps are not kept.
    static let sitemapLimit = 1000

    /// The addresses of sitemaps, as they stand there.
    public let sitemaps: [String]
    private let rules: [RobotsRule]

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - octets: The file; at most ``sizeLimit`` octets are read.
    ///   - agent: The robot's name, such as `wget`; case does not count. Its own groups of rules
    ///     count, or where there is none, those of `*`.
    /// - Complexity: O(*n*) in the octets read.
    public init(_ octets: Span<UInt8>, agent: String) {
        var reader = RobotsReader(agent: Array(agent.utf8).lowercasedASCII)
        var end = min(octets.count, Self.sizeLimit)
        var start = 0
        // A byte order mark.
        if end >= 3, octets[0] == 0xEF, octets[1] == 0xBB, octets[2] == 0xBF { start = 3 }
        // A line that is cut off may say more than was meant.
        if end < octets.count {
            while end > start, !octets[end - 1].isLineEnd { end -= 1 }
        }
        var place = start
        while start < end {
            while place < end, !octets[place].isLineEnd { place += 1 }
            reader.lineReceived(octets.extracting(start..<place).octets())
            place += 1
            start = place
        }
        rules = reader.hasOwnGroup ? reader.own : reader.common
        sitemaps = reader.sitemaps
    }

    /// Whether the robot may fetch a URL.
    ///
    /// - Parameter target: Path and query as they are sent, percent-encoded. The file itself is
    ///   always allowed.
    /// - Returns: Whether no rule forbids it that is longer than all that allow it.
    /// - Complexity: O(*r* + *n*) for each of the rules, in its octets and those of the target.
    public func allows(_ target: String) -> Bool {
        if rules.isEmpty || target == "/robots.txt" { return true }
        let octets = RobotsRule.normalized(target.isEmpty ? "/" : target)
        var allowed = 0
        var forbidden = 0
        for rule in rules {
            // What is no longer than the best so far changes nothing.
            guard rule.length > (rule.isAllowed ? allowed : forbidden), rule.matches(octets)
            else { continue }
            if rule.isAllowed { allowed = rule.length } else { forbidden = rule.length }
        }
        return forbidden <= allowed
    }

    /// Whether the robot may fetch a URL of the site.
    ///
    /// - Parameter url: The URL; whose site it is of is not looked at.
    /// - Returns: Whether it may.
    public func allows(_ url: WebURL) -> Bool { allows(url.requestTarget) }
}

extension UInt8 {
    fileprivate var isLineEnd: Bool {
        self == HTTPOctet.lineFeed || self == HTTPOctet.carriageReturn
    }
}

/// Takes the lines of a file one by one.
private struct RobotsReader {
    /// In lower case.
    let agent: [UInt8]
    var own: [RobotsRule] = []
    var common: [RobotsRule] = []
    var sitemaps: [String] = []
    var hasOwnGroup = false
    private var isOwn = false
    private var isCommon = false
    /// Whether the next name of a robot begins a group.
    private var hasRules = false

    init(agent: [UInt8]) { self.agent = agent }

    mutating func lineReceived(_ line: [UInt8]) {
        guard let (name, value) = Self.split(line) else { return }
        switch String(decoding: name, as: UTF8.self) {
        case "user-agent": agentReceived(value)
        case "allow": ruleReceived(value, isAllowed: true)
        case "disallow": ruleReceived(value, isAllowed: false)
        case "sitemap":
            if sitemaps.count < RobotsText.sitemapLimit, !value.isEmpty {
                sitemaps.append(value.fieldText)
            }
        // Other lines neither end a group nor begin one.
        default: break
        }
    }

    /// The name in lower case and the value of a line; nil when it has none.
    private static func split(_ line: [UInt8]) -> (name: [UInt8], value: ArraySlice<UInt8>)? {
        var scan = FieldScanner(Array(line.prefix { $0 != UInt8(ascii: "#") }))
        let whole = scan.text(until: "")
        scan = FieldScanner(Array(whole))
        let name = scan.text(until: ":")
        if scan.isAt(HTTPOctet.colon) {
            scan.skip()
            return (Array(name).lowercasedASCII, scan.text(until: ""))
        }
        // Some forget the colon: two words are a name and a value.
        let words = whole.split(whereSeparator: HTTPOctet.isSpace)
        guard words.count == 2 else { return nil }
        return (Array(words[0]).lowercasedASCII, words[1])
    }

    private mutating func agentReceived(_ value: ArraySlice<UInt8>) {
        if hasRules {
            isOwn = false
            isCommon = false
            hasRules = false
        }
        if value.first == UInt8(ascii: "*"),
            value.count == 1 || HTTPOctet.isSpace(value[value.startIndex + 1])
        {
            isCommon = true
            return
        }
        let name = Array(value.prefix { $0.isOfRobotName }).lowercasedASCII
        guard !name.isEmpty, name == agent else { return }
        isOwn = true
        hasOwnGroup = true
    }

    private mutating func ruleReceived(_ value: ArraySlice<UInt8>, isAllowed: Bool) {
        hasRules = true
        guard isOwn || isCommon, !value.isEmpty else { return }
        var rules = [RobotsRule(Array(value), isAllowed: isAllowed)]
        // Whoever allows a folder's index means the folder.
        if isAllowed, let slash = value.lastIndex(of: UInt8(ascii: "/")),
            value[slash...].starts(with: "/index.htm".utf8)
        {
            rules.append(
                RobotsRule(value[...slash] + [UInt8(ascii: "$")], isAllowed: true))
        }
        if isOwn, own.count < RobotsText.ruleLimit { own += rules }
        if isCommon, common.count < RobotsText.ruleLimit { common += rules }
    }
}

extension UInt8 {
    /// Letters, digits, `-` and `_`.
    fileprivate var isOfRobotName: Bool {
        (self | 0x20) &- 0x61 < 26 || self &- 0x30 < 10 || self == UInt8(ascii: "-")
            || self == UInt8(ascii: "_")
    }
}
