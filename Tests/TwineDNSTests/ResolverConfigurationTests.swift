import Testing
import TwineCore

@testable import TwineDNS

@Suite("resolv.conf")
struct ResolverConfigurationTests {
    private func server(_ text: String) -> NameServer? {
        SocketAddress(text, port: 53).map { .plain($0) }
    }

    @Test("a usual file")
    func usual() throws {
        let configuration = ResolverConfiguration(
            resolvConf: """
                # made by hand
                nameserver 192.0.2.1
                nameserver 2001:db8::1
                ; another comment
                search corp.example  example.org
                options ndots:2 timeout:3 attempts:4 rotate edns0 trust-ad
                """)
        #expect(configuration.servers == [server("192.0.2.1"), server("2001:db8::1")])
        #expect(try configuration.search == [DNSName("corp.example"), DNSName("example.org")])
        #expect(configuration.ndots == 2)
        #expect(configuration.timeout == 3)
        #expect(configuration.attempts == 4)
        #expect(configuration.rotates)
        #expect(!configuration.usesTCP && !configuration.avoidsIPv6)
    }

    @Test("a missing or empty file means the server of this host, and glibc's numbers")
    func empty() {
        let configuration = ResolverConfiguration(resolvConf: "")
        #expect(configuration.servers == [server("127.0.0.1")])
        #expect(configuration.search.isEmpty)
        #expect(configuration.ndots == 1)
        #expect(configuration.timeout == 5)
        #expect(configuration.attempts == 2)
        #expect(!configuration.rotates)
    }

    @Test("three servers are taken, the fourth and what is no address are not")
    func servers() {
        let configuration = ResolverConfiguration(
            resolvConf: """
                nameserver example.org
                nameserver
                nameserver 192.0.2.1 # with a comment
                \tnameserver 192.0.2.9
                nameserver\t192.0.2.2
                nameserver ::1
                nameserver 192.0.2.4
                nameservers 192.0.2.5
                """)
        #expect(
            configuration.servers == [server("192.0.2.1"), server("192.0.2.2"), server("::1")])
    }

    @Test("an IPv6 server may have a zone, by name or number")
    func zone() {
        let configuration = ResolverConfiguration(
            resolvConf: "nameserver fe80::1%lo\nnameserver fe80::2%7\nnameserver fe80::3%nosuchif0")
        let zones = configuration.servers.map { server -> UInt32? in
            if case .v6(_, _, let zone)? = server.ip { zone } else { nil }
        }
        #expect(zones.count == 2)
        #expect(zones.first != 0)
        #expect(zones.last == 7)
    }

    @Test("numbers are held within glibc's limits")
    func limits() {
        let high = ResolverConfiguration(resolvConf: "options ndots:99 timeout:99 attempts:99")
        #expect((high.ndots, high.timeout, high.attempts) == (15, 30, 5))
        let low = ResolverConfiguration(resolvConf: "options ndots:-1 timeout:0 attempts:0")
        #expect((low.ndots, low.timeout, low.attempts) == (0, 1, 1))
        let absurd = ResolverConfiguration(
            resolvConf: "options ndots:99999999999999999999 timeout: attempts:x")
        #expect((absurd.ndots, absurd.timeout, absurd.attempts) == (0, 5, 2))
    }

    @Test("use-vc and no-aaaa are understood, unknown words passed over")
    func options() {
        let configuration = ResolverConfiguration(
            resolvConf: "options use-vc no-aaaa single-request no-such-thing\nbanana\noptions")
        #expect(configuration.usesTCP)
        #expect(configuration.avoidsIPv6)
    }

    @Test("of search and domain the last one wins; domain takes one name")
    func lastWins() throws {
        let domain = ResolverConfiguration(resolvConf: "search a b c\ndomain d.example e")
        #expect(try domain.search == [DNSName("d.example")])
        let search = ResolverConfiguration(resolvConf: "domain d.example\nsearch a b # c")
        #expect(try search.search == [DNSName("a"), DNSName("b")])
    }

    @Test("without a search list this host's domain is searched")
    func hostDomain() throws {
        let host = ResolverConfiguration(resolvConf: "", hostName: "www.example.org")
        #expect(try host.search == [DNSName("example.org")])
        #expect(ResolverConfiguration(resolvConf: "", hostName: "www").search.isEmpty)
        let empty = ResolverConfiguration(resolvConf: "search", hostName: "www.example.org")
        #expect(empty.search.isEmpty)
    }

    @Test("the environment overrides the file")
    func environment() throws {
        let configuration = ResolverConfiguration(
            resolvConf: "search file\noptions timeout:9",
            environment: ["LOCALDOMAIN": "one two", "RES_OPTIONS": "timeout:7 ndots:3"])
        #expect(try configuration.search == [DNSName("one"), DNSName("two")])
        #expect(configuration.timeout == 7)
        #expect(configuration.ndots == 3)
    }

    @Test(
        "the search list",
        arguments: [
            ("www", 1, ["www.one.", "www.two.", "www."]),
            ("www.x", 1, ["www.x.", "www.x.one.", "www.x.two."]),
            ("www.x", 2, ["www.x.one.", "www.x.two.", "www.x."]),
            ("www", 0, ["www.", "www.one.", "www.two."]),
            ("www.", 5, ["www."]),
        ])
    func candidates(name: String, ndots: Int, expected: [String]) throws {
        let configuration = ResolverConfiguration(
            search: [try DNSName("one"), try DNSName("two"), try DNSName("one")], ndots: ndots)
        let candidates = configuration.candidates(
            for: try DNSName(name), isComplete: name.hasSuffix("."))
        #expect(candidates.map(\.description) == expected)
    }

    @Test("combinations that are too long, or the name itself, are left out")
    func leftOut() throws {
        let long = try DNSName(String(repeating: "a.", count: 120))
        let configuration = ResolverConfiguration(search: [long, .root])
        let name = try DNSName("wwwwwwwwwwwwwwwwww")
        #expect(configuration.candidates(for: name, isComplete: false) == [name])
    }
}

@Suite("hosts and nsswitch.conf")
struct HostsTableTests {
    @Test("names have the addresses of all their lines, in order, without case")
    func usual() throws {
        let table = HostsTable(
            Array(
                """
                127.0.0.1\tlocalhost
                ::1 localhost ip6-localhost # comment
                192.0.2.1   Web.Example.org web\r
                192.0.2.2 web
                192.0.2.1 web
                #192.0.2.3 web
                300.0.0.1 bad
                192.0.2.4
                192.0.2.5 a..b ok
                """.utf8))
        let web = try DNSName("WEB")
        #expect(
            table.addresses(of: web, family: .ipv4)
                == [.v4(0xc000_0201), .v4(0xc000_0202)])
        #expect(table.addresses(of: web, family: .ipv6) == [])
        #expect(table.addresses(of: try DNSName("web.example.org."), family: .ipv4)?.count == 1)
        #expect(table.addresses(of: .localhost, family: .ipv6) == [.loopback6])
        #expect(table.addresses(of: try DNSName("bad"), family: .ipv4) == nil)
        #expect(table.addresses(of: try DNSName("ok"), family: .ipv4)?.count == 1)
    }

    @Test(
        "which sources need the system",
        arguments: [
            ("hosts: files dns", false),
            ("hosts:files dns # mdns", false),
            ("  hosts :\tdns files", false),
            ("passwd: files systemd", false),
            ("", false),
            ("hosts: files mdns4_minimal [NOTFOUND=return] dns", true),
            ("hosts: files dns myhostname", true),
            ("hosts: files resolve [!UNAVAIL=return] dns", true),
            ("hosts: files [NOTFOUND=return] dns", true),
            ("hosts:", true),
            ("#hosts: files mdns\nhosts: files", false),
        ])
    func needsSystem(text: String, expected: Bool) {
        #expect(NameServiceSwitch(text).needsSystem == expected)
    }

    @Test("the order of the sources is that of the line")
    func order() {
        #expect(NameServiceSwitch("hosts: dns files").sources == [.dns, .files])
        #expect(NameServiceSwitch("hosts: files").sources == [.files])
        #expect(NameServiceSwitch("").sources == [.files, .dns])
    }

    @Test("octets that are no text are passed over")
    func garbage() {
        var random = SeededRandom(seed: 9)
        for _ in 0..<200 {
            let octets = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = HostsTable(octets)
            let text = String(decoding: octets, as: UTF8.self)
            _ = NameServiceSwitch(text)
            _ = ResolverConfiguration(resolvConf: text)
        }
    }
}
