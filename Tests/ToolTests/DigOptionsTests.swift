import Foundation
import Subprocess
import Testing
import TwineDNS

@testable import swift_dig

/// What dig's options with a plus do, one by one.
@Suite
struct DigOptionsTests {
    /// An option of dig, how short it may be written, and what changes by it.
    struct Row: CustomTestStringConvertible, Sendable {
        let option: String
        let shortest: String
        let changes: [String]

        var testDescription: String { option }

        init(_ option: String, _ shortest: String, _ changes: String...) {
            self.option = option
            self.shortest = shortest
            self.changes = changes
        }
    }

    /// The members of a value, and what they are.
    private static func members(of value: Any) -> [String: String] {
        var members: [String: String] = [:]
        for (label, value) in Mirror(reflecting: value).children {
            let mirror = Mirror(reflecting: value)
            let isOptional = mirror.displayStyle == .optional
            let inner: Any? = isOptional ? mirror.children.first?.value : value
            members[label ?? ""] = inner.map { "\($0)" } ?? "nil"
        }
        return members
    }

    /// What a name's lookup and the settings are after options.
    private static func outcome(_ options: [String]) throws -> [String: String] {
        var defaults = Lookup()
        defaults.setsAuthenticData = true
        defaults.edns = 0
        defaults.sendsCookie = true
        var parser = CommandLineParser(
            options + ["example.com"], .arguments, settings: Settings(), defaults: defaults,
            addresses: [:], isFirst: true)
        try parser.parse()
        var lookup = try #require(parser.lookups.first)
        lookup.commandLine = nil
        return try members(of: parts(of: lookup)).merging(members(of: parts(of: parser.settings))) {
            first, _ in first
        }
    }

    /// What copies share.
    private static func parts(of value: Any) throws -> Any {
        let box = try #require(Mirror(reflecting: value).children.first?.value)
        return try #require(Mirror(reflecting: box).children.first?.value)
    }

    private static func changes(_ option: String) throws -> [String] {
        let before = try outcome([])
        return try outcome([option]).filter { before[$0.key] != $0.value }
            .map { "\($0.key)=\($0.value)" }.sorted()
    }

    @Test(
        "each of 9.20's does what the manual says, in full and as short as it may be",
        arguments: options)
    func each(_ row: Row) throws {
        #expect(try Self.changes(row.option) == row.changes.sorted())
        #expect(try Self.changes(row.shortest) == row.changes.sorted())
    }

    @Test("what an option has done, its opposite undoes", arguments: options)
    func opposite(_ row: Row) throws {
        let name = row.option.dropFirst().prefix { $0 != "=" }
        // These set something without a way back, or whose opposite is a third thing, as in dig.
        let oneWay = [
            "bufsize", "dns64prefix", "domain", "ndots", "padding", "retry", "tries", "timeout",
            "edns", "rrcomments", "split",
        ]
        guard !oneWay.contains(String(name)) else { return }
        let opposite = name.hasPrefix("no") ? "+\(name.dropFirst(2))" : "+no\(name)"
        let (before, after) = (try Self.outcome([]), try Self.outcome([row.option, opposite]))
        let first = (row.changes.first ?? "text=example.com").prefix { $0 != "=" }
        #expect(after[String(first)] == before[String(first)])
    }

    @Test("each of 9.18's manual page is known, with its opposite")
    func manual() async throws {
        let page = "/usr/share/man/man1/dig.1.gz"
        guard FileManager.default.fileExists(atPath: page) else { return }
        let text = try await Subprocess.run(
            .name("gzip"), arguments: ["-dc", page], output: .string(limit: 1 << 20)
        ).standardOutput
        let headings = text.replacing("\\-", with: "-").split(separator: "\n")
            .filter { $0.hasPrefix(".B +") }
        let names = headings.flatMap { $0.dropFirst(3).split { $0 == "," || $0 == " " } }
            .filter { $0.hasPrefix("+") }
            .map { $0.dropFirst().prefix { $0 != "=" && $0 != "[" } }
        #expect(names.count > 100)
        for name in names where !PlusOption.all.contains(where: { $0.matches(name) }) {
            let plain = name.dropFirst(2)
            #expect(
                name.hasPrefix("no") && PlusOption.all.contains { $0.matches(plain) }, "+\(name)")
        }
    }

    @Test("the help tells of all options that do something, but for old names of others")
    func help() {
        let told = Set(UsageOption.all.keys)
        let names = Set(PlusOption.names)
        #expect(
            names.subtracting(told) == ["defname", "https-post", "http-plain-post", "retries"])
        #expect(told.subtracting(names) == ["do", "noednsopt"])
    }

    @Test("what shells complete an option to is taken")
    func completed() throws {
        let words = Completions.plusOptions.map(\.text)
        #expect(words.contains("+noshort") && words.contains("+timeout="))
        for word in words where !word.hasSuffix("=") {
            #expect(throws: Never.self, "\(word)") { try Self.outcome([word]) }
        }
        #expect(Completions.fileOptions == ["+anchor", "+tls-ca", "+tls-certfile", "+tls-keyfile"])
    }

    @Test("types that have a name are listed by their numbers")
    func types() {
        #expect(DNSType.named.first == .a)
        #expect(DNSType.named.contains(.caa))
        #expect(DNSType.named.allSatisfy { DNSType("\($0)") == $0 })
    }

    private static let network =
        DNSExtensions.ClientSubnet(address: [192, 0, 2, 0], sourcePrefix: 24).map { "\($0)" } ?? ""
    private static let options: [Row] = [
        Row("+aaflag", "+aa", "setsAuthoritative=true"),
        Row("+aaonly", "+aa", "setsAuthoritative=true"),
        Row("+noadditional", "+noadd", "hasAdditional=false"),
        Row("+noadflag", "+noad", "setsAuthenticData=false"),
        Row(
            "+noall", "+noal", "hasQuestion=false", "hasAnswer=false", "hasAuthority=false",
            "hasAdditional=false", "hasComments=false", "hasStatistics=false",
            "printsCommand=false"),
        Row("+noanswer", "+noan", "hasAnswer=false"),
        Row("+noauthority", "+noau", "hasAuthority=false"),
        Row("+nobadcookie", "+noba", "retriesBadCookie=false"),
        Row("+nobesteffort", "+nobe", "isBestEffort=false"),
        Row("+bufsize=1400", "+bu=1400", "payloadSize=1400"),
        Row("+bufsize", "+bu", "payloadSize=1232"),
        Row("+cdflag", "+cd", "checkingDisabled=true"),
        Row("+noclass", "+nocl", "hidesClass=true"),
        Row("+nocmd", "+nocm", "printsCommand=false"),
        Row("+coflag", "+co", "compactOK=true"),
        Row("+nocomments", "+nocom", "hasComments=false"),
        Row("+nocookie", "+nocoo", "sendsCookie=false"),
        Row("+cookie=0102030405060708", "+coo=0102030405060708", "cookie=[1, 2, 3, 4, 5, 6, 7, 8]"),
        Row("+nocrypto", "+nocr", "hidesKeys=true"),
        Row("+defname", "+de", "usesSearch=true"),
        Row(
            "+dns64prefix", "+dns6", "isPrefixSearch=true", "text=ipv4only.arpa", "type=AAAA",
            "isTypeSet=true", "hasAdditional=false", "hasAuthority=false", "hasQuestion=false",
            "hasComments=false", "hasStatistics=false", "recordComments=-1", "printsCommand=false"),
        Row("+dnssec", "+dnss", "dnssecOK=true"),
        Row("+do", "+do", "dnssecOK=true"),
        Row(
            "+domain=example.org", "+dom=example.org", "domain=example.org",
            "search=[\"example.org\"]", "usesSearch=true"
        ),
        Row("+edns=1", "+edns=1", "edns=1", "wantedEDNS=1"),
        Row("+noedns", "+noedns", "edns=nil"),
        Row("+ednsflags=0x80", "+ednsf=128", "ednsFlags=128"),
        Row("+noednsnegotiation", "+noednsn", "negotiatesEDNS=false"),
        Row(
            "+ednsopt=65001:0a", "+ednso=65001:0A",
            "options=\([DNSExtensions.Option(code: .init(rawValue: 65001), octets: [10])])"),
        Row("+expandaaaa", "+expa", "expandsAddresses=true"),
        Row("+expire", "+expi", "asksExpire=true"),
        Row("+nofail", "+nofa", "stopsAtServerFailure=false"),
        Row("+header-only", "+he", "isHeaderOnly=true"),
        Row("+https", "+https", "httpPath=/dns-query", "usesTCP=true"),
        Row("+https=/q", "+https=/q", "httpPath=/q", "usesTCP=true"),
        Row("+https-get", "+https-g", "httpPath=/dns-query", "usesGet=true", "usesTCP=true"),
        Row("+https-post", "+https-p", "httpPath=/dns-query", "usesTCP=true"),
        Row(
            "+http-plain", "+http-plain", "httpPath=/dns-query", "isPlainHTTP=true", "usesTCP=true"),
        Row(
            "+http-plain-get", "+http-plain-g", "httpPath=/dns-query", "isPlainHTTP=true",
            "usesGet=true", "usesTCP=true"),
        Row(
            "+http-plain-post", "+http-plain-p", "httpPath=/dns-query", "isPlainHTTP=true",
            "usesTCP=true"),
        Row("+identify", "+ide", "identifies=true"),
        Row("+idn", "+idn", "isInternationalIn=true", "isInternationalOut=true"),
        Row("+idnin", "+idni", "isInternationalIn=true"),
        Row("+idnout", "+idno", "isInternationalOut=true"),
        Row("+ignore", "+i", "ignoresTruncation=true"),
        Row("+keepalive", "+keepa", "asksKeepalive=true"),
        Row("+keepopen", "+keepo", "keepsOpen=true"),
        Row("+multiline", "+mu", "isMultiline=true"),
        Row("+ndots=3", "+nd=3", "ndots=3"),
        Row("+nsid", "+nsi", "asksNSID=true"),
        Row(
            "+nssearch", "+nss", "searchesServers=true", "isRootStep=true", "identifies=true",
            "hasStatistics=false", "hasComments=false", "hasAdditional=false",
            "hasAuthority=false", "hasQuestion=false", "type=NS", "isTypeSet=true",
            "isShort=true"),
        Row("+onesoa", "+on", "printsOneSOA=true"),
        Row("+opcode=notify", "+op=4", "opcode=NOTIFY"),
        Row("+padding=128", "+pa=128", "padding=128"),
        Row("+proxy", "+proxy", "proxy=Proxy(addresses: nil, isPlain: false)"),
        Row("+proxy-plain", "+proxy-", "proxy=Proxy(addresses: nil, isPlain: true)"),
        Row("+qid=5", "+qi=5", "id=5"),
        Row("+qr", "+qr", "printsQuery=true"),
        Row("+noquestion", "+noqu", "hasQuestion=false"),
        Row("+raflag", "+ra", "setsRecursionAvailable=true"),
        Row("+nordflag", "+nord", "isRecursive=false"),
        Row("+norecurse", "+norec", "isRecursive=false"),
        Row("+retry=4", "+ret=4", "tries=5"),
        Row("+rrcomments", "+rr", "recordComments=1"),
        Row("+search", "+se", "usesSearch=true"),
        Row(
            "+short", "+shor", "isShort=true", "printsCommand=false", "hasAdditional=false",
            "hasAuthority=false", "hasQuestion=false", "hasComments=false",
            "hasStatistics=false", "recordComments=-1"),
        Row(
            "+showallmessages", "+showa", "showsBadCookie=true", "showsBadVersion=true",
            "showsTruncated=true", "printsQuery=true"),
        Row("+showbadcookie", "+showbadc", "showsBadCookie=true"),
        Row("+showbadvers", "+showbadv", "showsBadVersion=true"),
        Row("+showsearch", "+shows", "showsSearch=true", "usesSearch=true"),
        Row("+showtruncated", "+showt", "showsTruncated=true"),
        Row("+split=12", "+sp=12", "splitWidth=12"),
        Row("+nostats", "+nost", "hasStatistics=false"),
        Row(
            "+subnet=192.0.2.0/24", "+su=192.0.2/24",
            "subnet=\(network)"),
        Row("+svcparamkeycompat", "+sv"),
        Row("+tcflag", "+tcf", "setsTruncated=true"),
        Row("+tcp", "+tcp", "usesTCP=true", "isTCPSet=true"),
        Row("+timeout=7", "+ti=7", "timeout=7"),
        Row("+tls", "+tls", "usesTLS=true", "usesTCP=true"),
        Row("+tls-ca", "+tls-ca", "checksTLS=true", "usesTCP=true"),
        Row("+tls-ca=x", "+tls-ca=x", "authoritiesFile=x", "checksTLS=true", "usesTCP=true"),
        Row("+tls-certfile=x", "+tls-ce=x", "certificateFile=x", "checksTLS=true", "usesTCP=true"),
        Row("+tls-hostname=x", "+tls-h=x", "tlsHostName=x", "checksTLS=true", "usesTCP=true"),
        Row(
            "+trace", "+tra", "traces=true", "isRootStep=true", "identifies=true",
            "hasComments=false", "hasStatistics=false", "hasAdditional=false",
            "hasQuestion=false", "dnssecOK=true"),
        Row("+tries=4", "+tri=4", "tries=4"),
        Row("+nottlid", "+nottl", "hidesTimeToLive=true"),
        Row("+ttlunits", "+ttlu", "hasTimeUnits=true"),
        Row("+unknownformat", "+unk", "isUnknownFormat=true"),
        Row("+vc", "+v", "usesTCP=true", "isTCPSet=true"),
        Row(
            "+yaml", "+y", "isYAML=true", "printsCommand=false", "hasStatistics=false",
            "recordComments=-1"),
        Row("+zflag", "+z", "setsReserved=true"),
        Row("+zoneversion", "+zo", "asksZoneVersion=true"),
    ]
}
