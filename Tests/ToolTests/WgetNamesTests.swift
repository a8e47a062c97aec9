import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineDNS
import TwineHTTP
import TwineTLS

@Suite(.timeLimit(.minutes(2)))
@Reactor
struct WgetNamesTests {
    /// A name server that knows every name as this host, and a site to be found by it.
    private func places() async throws -> (names: NameServer, site: TestSite, url: String) {
        let names = try await NameServer.start { query in
            let isIPv4 = query.question.first?.type == .a
            return NameServer.reply(to: query, isIPv4 ? ["127.0.0.1"] : [])
        }
        let site = try await TestSite { .response(.text($0.head.authority ?? "")) }
        return (names, site, "http://some.example:\(site.port.address.port ?? 0)/")
    }

    @Test("--dns asks the servers that it names", arguments: ["", "udp:", "tcp:", "tcp://"])
    func dns(scheme: String) async throws {
        let (names, site, url) = try await places()
        let done = try await WgetFolder().wget(
            ["-q", "-O-", "--dns=\(scheme)\(names.address)", url])
        #expect(done.status == 0 && done.output.hasPrefix("some.example:"), "\(done)")
        #expect(!names.asked.isEmpty)
        names.stop()
        site.stop()
    }

    @Test("--dns-servers does the same")
    func dnsServers() async throws {
        let (names, site, url) = try await places()
        let done = try await WgetFolder().wget(
            ["-q", "-O-", "--dns-servers=\(names.address)", url])
        #expect(done.status == 0 && !names.asked.isEmpty)
        names.stop()
        site.stop()
    }

    @Test("they are asked from the address of --bind-dns-address")
    func bound() async throws {
        @Reactor
        final class Noting: DatagramProtocol {
            var senders: [IPAddress?] = []
            func datagramReceived(_ bytes: Span<UInt8>, from address: SocketAddress) {
                senders.append(address.ip)
            }
        }
        let noting = Noting()
        let port = try UDPPort.listen(.ip(.loopback4, port: 0), noting)
        let done = try await WgetFolder().wget([
            "-nv", "--tries=1", "--dns-timeout=0.2", "--bind-dns-address=127.0.0.9",
            "--dns=\(port.address)", "http://some.example/",
        ])
        #expect(done.status == 4)
        #expect(Set(noting.senders) == [IPAddress("127.0.0.9")])
        port.stopListening()
    }

    @Test("--doh-url asks by HTTPS, and finds the server's own name by --dns")
    func overHTTPS() async throws {
        let (names, site, url) = try await places()
        let certificate = try SelfSignedCertificate(names: ["dns.example"])
        var options = TLSOptions()
        options.certificate = certificate.certificate
        options.privateKey = certificate.privateKey
        options.applicationProtocols = ["http/1.1"]
        var questions: [DNSMessage] = []
        let resource = FunctionResource(methods: [.post], isLeaf: true) { request in
            let body = request.body
            let query = try DNSMessage.parse(body.span)
            questions.append(query)
            let isIPv4 = query.question.first?.type == .a
            let reply = NameServer.reply(to: query, isIPv4 ? ["127.0.0.1"] : [])
            return .response(
                .octets(try reply.serialize(), contentType: "application/dns-message"))
        }
        let server = Site(resource)
        let port = try await server.listen(
            at: TLSServerEndpoint(TCPServerEndpoint.loopback(), TLSContext(.server, options))
        ).value
        let folder = try WgetFolder()
        try folder.write(String(decoding: certificate.certificate, as: UTF8.self), to: "ca.pem")
        let done = try await folder.wget([
            "-q", "-O-", "--ca-certificate=ca.pem", "--dns=\(names.address)",
            "--doh-url=https://dns.example:\(port.address.port ?? 0)/dns-query{?dns}", url,
        ])
        #expect(done.status == 0 && done.output.hasPrefix("some.example:"), "\(done)")
        #expect(questions.allSatisfy { $0.question.first?.name.text == "some.example" })
        #expect(questions.count == 2 && !names.asked.isEmpty)
        port.stopListening()
        server.close(grace: 0)
        names.stop()
        site.stop()
    }

    @Test(
        "--dns=tls: asks over TLS whoever has the certificate that is asked for",
        arguments: [
            ("tls:", "#dns.example", true), ("tls://", "#dns.example", true), ("tls:", "", true),
            ("tls:", "#other.example", false),
        ])
    func overTLS(scheme: String, name: String, isRight: Bool) async throws {
        let certificate = try SelfSignedCertificate(names: ["dns.example"])
        var options = TLSOptions()
        options.certificate = certificate.certificate
        options.privateKey = certificate.privateKey
        let endpoint = TLSServerEndpoint(
            TCPServerEndpoint.loopback(), try TLSContext(.server, options))
        let names = try await NameServer.start(at: endpoint) { query in
            let isIPv4 = query.question.first?.type == .a
            return NameServer.reply(to: query, isIPv4 ? ["127.0.0.1"] : [])
        }
        let site = try await TestSite { .response(.text($0.head.authority ?? "")) }
        let folder = try WgetFolder()
        try folder.write(String(decoding: certificate.certificate, as: UTF8.self), to: "ca.pem")
        let done = try await folder.wget([
            "-q", "-O-", "--tries=1", "--ca-certificate=ca.pem",
            "--dns=\(scheme)\(names.address)\(name)",
            "http://some.example:\(site.port.address.port ?? 0)/",
        ])
        #expect(done.status == (isRight ? 0 : 4), "\(done)")
        #expect(done.output.hasPrefix("some.example:") == isRight)
        #expect(names.asked.isEmpty != isRight)
        names.stop()
        site.stop()
    }

    @Test(
        "what is no server is told before anything is asked", arguments: ["--dns=x", "--doh-url=x"])
    func invalid(option: String) async throws {
        let done = try await WgetFolder().wget([option, "http://some.example/"])
        #expect(done.status == 2 && done.errors == "swift-wget: x is no DNS server\n")
    }
}
