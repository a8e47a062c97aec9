import HTTPTypes
import Testing
import TwineCore
import TwineTesting

@testable import TwineHTTP

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct ProxyTests {
    private static let one = HTTPField.Name("X-One") ?? .from
    private static let two = HTTPField.Name("X-Two") ?? .from
    private static let forwarded = HTTPField.Name("X-Forwarded-For") ?? .from

    /// A server behind, and one before it that passes everything below /p on to /base.
    @Reactor
    private final class Chain {
        let inner: Site
        let outer: Site
        let ports: [any ListeningPort]
        let client = HTTPClient()
        var seen: [WebRequest] = []
        var url: String { "http://\(ports[1].address)" }

        init(keepsHost: Bool = false) async throws {
            var note: (@Reactor (WebRequest) -> Void)?
            let base = FunctionResource(methods: KnownMethods.all, isLeaf: true) { request in
                note?(request)
                switch request.remaining.first {
                case "big":
                    return .response(
                        .stream(contentType: "text/plain") { writer in
                            for _ in 0..<200 {
                                try await writer.write([UInt8](repeating: 120, count: 10_000)).value
                            }
                        })
                case "moved": return .response(.redirect(to: "/elsewhere"))
                case "none": return .response(WebResponse(status: .notModified))
                default:
                    var response = WebResponse.octets(request.body, contentType: "x/y")
                    response.headerFields[.connection] = "close"
                    response.headerFields[.server] = "inner"
                    return .response(response)
                }
            }
            let root = Resource()
            root.putChild("base", base)
            inner = Site(root)
            let port = try await inner.listen(at: TCPServerEndpoint.loopback()).value
            let top = Resource()
            let target = try WebURL.parse("http://\(port.address)/base/")
            top.putChild("p", ProxyResource(to: target, keepsHost: keepsHost))
            top.putChild(
                "gone", ProxyResource(to: try WebURL.parse("http://127.0.0.1:1/")))
            outer = Site(top)
            ports = [port, try await outer.listen(at: TCPServerEndpoint.loopback()).value]
            note = { [weak self] in self?.seen.append($0) }
        }

        func end() {
            client.close()
            for port in ports { port.stopListening() }
            inner.close(grace: 0)
            outer.close(grace: 0)
        }
    }

    @Test("method, path, query, fields and body reach the other server, and its answer the client")
    func passes() async throws {
        let chain = try await Chain()
        let response = try await chain.client.request(
            chain.url + "/p/a%2Fb/c%20d?x=%20y", method: .post,
            fields: [
                .contentType: "a/b", .te: "trailers", Self.one: "1",
                .connection: "X-Two", Self.two: "2", Self.forwarded: "192.0.2.7",
            ], body: .bytes(Array("body".utf8))
        ).value
        #expect(response.status == .ok && response.fields[.server] == "inner")
        #expect(try await response.collect().value == Array("body".utf8))
        let request = try #require(chain.seen.first)
        #expect(request.method == .post && Array(request.remaining) == ["a/b", "c d"])
        #expect(request.query == "x=%20y" && request.headerFields[.contentType] == "a/b")
        #expect(request.headerFields[Self.one] == "1")
        #expect(request.headerFields[Self.two] == nil && request.headerFields[.te] == nil)
        #expect(request.headerFields[Self.forwarded] == "192.0.2.7, 127.0.0.1")
        #expect(request.headerFields[.via] == "1.1 twine")
        #expect(request.head.authority == "\(chain.ports[0].address)")
        chain.end()
    }

    @Test("a large answer streams through; a redirect and 304 are passed on as they are")
    func answers() async throws {
        let chain = try await Chain(keepsHost: true)
        let big = try await chain.client.request(chain.url + "/p/big").value
        #expect(try await big.collect().value.count == 2_000_000)
        #expect(chain.seen.last?.head.authority == "\(chain.ports[1].address)")
        var request = HTTPClient.Request(try WebURL.parse(chain.url + "/p/moved"))
        request.maxRedirects = 0
        let moved = try await chain.client.request(request).value
        #expect(moved.status == .found && moved.fields[.location] == "/elsewhere")
        _ = try await moved.collect().value
        let none = try await chain.client.request(chain.url + "/p/none").value
        #expect(none.status == .notModified)
        let head = try await chain.client.request(chain.url + "/p/x", method: .head).value
        #expect(head.status == .ok)
        chain.end()
    }

    @Test("a server that is not there is 502")
    func gone() async throws {
        let chain = try await Chain()
        #expect(try await chain.client.request(chain.url + "/gone/x").value.status == .badGateway)
        chain.end()
    }

    @Test(
        "no path leads out of the base",
        arguments: ["/p/../../x", "/p/%2e%2e/x", "/p/a/%2e%2e/%2e%2e/x", "/p/..%2fx", "/a/../p/x"])
    func escapes(_ path: String) async throws {
        let chain = try await Chain()
        let talk = try await RawClient.ask(chain.ports[1].address, "GET \(path) HTTP/1.0\r\n\r\n")
        #expect(talk.hasPrefix("HTTP/1.1 "))
        for request in chain.seen { #expect(request.segments.first == "base") }
        chain.end()
    }

    @Test("each host has its tree: by name, below a domain, or the other one")
    func hosts() {
        let hosts = VirtualHostsResource(other: StaticResource.text("other"))
        hosts.putHost("Example.org", StaticResource.text("exact"))
        hosts.putHost("*.example.org", StaticResource.text("below"))
        hosts.putHost("[::1]", StaticResource.text("loopback"))
        let site = Site(hosts)
        for (host, body) in [
            ("example.org", "exact"), ("EXAMPLE.ORG:8080", "exact"), ("example.org.", "exact"),
            ("a.example.org", "below"), ("a.b.example.org", "below"), ("[::1]:80", "loopback"),
            ("example.net", "other"), ("notexample.org", "other"),
        ] {
            let transport = MemoryTransport()
            if let connection = site.connection(from: transport.peer) {
                transport.attach(connection)
            }
            transport.receive("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            #expect(transport.text.hasSuffix(body), "\(host)")
        }
    }
}

/// Sends octets and collects what comes back.
@Reactor
private final class RawClient: StreamProtocol {
    private let request: String
    private var answer: [UInt8] = []
    private let done = Deferred<String>()

    init(_ request: String) { self.request = request }

    func connectionMade(_ transport: any StreamTransport) { transport.write(request) }
    func dataReceived(_ bytes: Span<UInt8>) {
        for index in bytes.indices { answer.append(bytes[index]) }
    }
    func connectionLost(_ reason: ConnectionLost) {
        done.callback(String(decoding: answer, as: UTF8.self))
    }

    static func ask(_ address: SocketAddress, _ request: String) async throws -> String {
        let user = RawClient(request)
        _ = try await TCPClientEndpoint(address).connect { user }.value
        return try await user.done.value
    }
}
