import Testing
import TwineCore

@testable import TwineDNS

@Suite("the text of a name server")
struct NameServerTests {
    @Test(
        "what is read, and how it is written",
        arguments: [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.1:53", "192.0.2.1"),
            ("192.0.2.1:5300", "192.0.2.1:5300"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:5300", "[2001:db8::1]:5300"),
            ("tls://192.0.2.1", "tls://192.0.2.1"),
            ("tls:192.0.2.1#dns.example", "tls://192.0.2.1#dns.example"),
            ("TLS://192.0.2.1:853#dns.example.", "tls://192.0.2.1#dns.example"),
            ("tls://192.0.2.1:443#dns.example", "tls://192.0.2.1:443#dns.example"),
            ("tls://2001:db8::1#bücher.example", "tls://2001:db8::1#xn--bcher-kva.example"),
            ("tls://[2001:db8::1]:8853", "tls://[2001:db8::1]:8853"),
        ])
    func read(text: String, written: String) throws {
        let server = try #require(NameServer(text))
        #expect(server.description == written)
        #expect(NameServer(written) == server)
    }

    @Test(
        "what is no server",
        arguments: [
            "", ":", "dns.example", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536",
            "192.0.2.1:+5", "192.0.2.1x", "[192.0.2.1]", "[2001:db8::1", "[2001:db8::1]x",
            "[2001:db8::1]:", "tls:", "tls://", "tls://#dns.example", "tls://192.0.2.1#",
            "tls://192.0.2.1#.", "tls://192.0.2.1#a..b", "tls://dns.example",
            "https://dns.example/dns-query", "udp:192.0.2.1",
        ])
    func unread(text: String) {
        #expect(NameServer(text) == nil)
    }

    @Test("schemes of others read their texts, or refuse them")
    func schemes() {
        let schemes: [String: NameServer.Scheme] = [
            "https": { text in
                guard text.hasSuffix("/dns-query") else { return nil }
                return .channel(name: text) { _ throws(DNSChannelError) in
                    throw .broken("not now")
                }
            }
        ]
        let server = NameServer("https://dns.example/dns-query", schemes: schemes)
        #expect(server?.description == "https://dns.example/dns-query")
        #expect(server?.address == nil)
        #expect(NameServer("https://dns.example/", schemes: schemes) == nil)
        #expect(NameServer("192.0.2.1", schemes: schemes) == .ip(.v4(0xc000_0201)))
    }

    @Test("servers of different kinds are different")
    func equality() throws {
        let texts = [
            "192.0.2.1", "tls://192.0.2.1", "tls://192.0.2.1#a.example",
            "tls://192.0.2.1#b.example",
            "192.0.2.1:54",
        ]
        #expect(Set(texts.map { NameServer($0) }).count == texts.count)
    }
}
