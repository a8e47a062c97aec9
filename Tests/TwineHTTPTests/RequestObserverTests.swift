import HTTPTypes
import Testing
import TwineCore
import TwineHTTP
import TwineTLS
import TwineTesting

/// Keeps the steps of requests as lines, and the octets of each direction.
@Reactor
final class RequestNotes: HTTPRequestObserver {
    var lines: [String] = []
    var sentOctets: [UInt8] = []
    var receivedOctets: [UInt8] = []

    func resolving(host: String) { lines.append("resolving") }
    func connecting(to address: SocketAddress, host: String) { lines.append("connecting") }
    func connected(to address: SocketAddress, from local: SocketAddress) {
        lines.append("connected")
    }
    func securing(host: String) { lines.append("securing \(host)") }
    func secured(host: String, _ agreement: TLSAgreement) {
        lines.append("secured \(agreement.version) \(agreement.certificate?.names ?? [])")
    }
    func secureFailed(host: String, _ error: any Error) { lines.append("insecure: \(error)") }
    func reusing(_ peer: SocketAddress, from local: SocketAddress, _ agreement: TLSAgreement?) {
        lines.append("reusing \(peer)")
    }
    func sent(_ octets: Span<UInt8>) { sentOctets += copy(octets) }
    func requestSent(head: Span<UInt8>) { lines.append("head sent") }
    func requestComplete() { lines.append("sent") }
    func received(_ octets: Span<UInt8>) { receivedOctets += copy(octets) }
    func informational(_ head: HTTPResponse, octets: Span<UInt8>) {
        lines.append("interim \(head.status.code) \(text(copy(octets)).debugDescription)")
    }
    func headReceived(_ head: HTTPResponse, octets: Span<UInt8>) {
        lines.append("head \(head.status.code) \(text(copy(octets)).debugDescription)")
    }
    func retrying(after error: (any Error)?) {
        lines.append("retrying: \(error.map { "\($0)" } ?? "408")")
    }

    private func copy(_ octets: Span<UInt8>) -> [UInt8] { octets.indices.map { octets[$0] } }
}

@Suite("What an observer hears of a request")
@Reactor
struct RequestObserverTests {
    let net = ClientNet()
    let notes = RequestNotes()

    func request(
        _ url: String, _ method: HTTPRequest.Method = .get,
        body: HTTPClient.Request.Body = .none
    ) throws -> HTTPClient.Request {
        var request = HTTPClient.Request(try WebURL.parse(url), method: method, body: body)
        request.observer = notes
        return request
    }

    @Test(
        "heads are told as they came, however they are cut", arguments: Cuts.all.map(\.description))
    func rawHeads(_ cut: String) throws {
        let cuts = try #require(Cuts.all.first { $0.description == cut })
        let interim = "HTTP/1.1 103 Early\r\nlink: </x>\r\n\r\n"
        let head =
            "HTTP/1.1 200  Fine \nX-a:1\nServer:\t caf\u{e9}\r\n folded\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
        let body = "3;x=y\r\nabc\r\n0\r\nETag: t\r\n\r\n"
        let outcome = Outcome(
            net.client().request(try request("http://a/")).addCallback { $0.collect() })
        for piece in cuts.pieces(of: bytes(interim + head + body)) {
            net.transports[0].receive(piece)
        }
        #expect(outcome.value.map(text) == "abc")
        #expect(
            notes.lines == [
                "head sent", "sent", "interim 103 \(text(bytes(interim)).debugDescription)",
                "head 200 \(text(bytes(head)).debugDescription)",
            ])
        #expect(notes.receivedOctets == bytes(interim + head + body))
    }

    @Test("what is sent is told as it travels, a streamed body in its chunks")
    func sentOctets() throws {
        let streamed = HTTPClient.Request.Body.stream(length: nil) { writer in
            writer.write(bytes("abc"))
            writer.finish()
        }
        for (body, tail) in [
            (HTTPClient.Request.Body.bytes(bytes("hello")), "hello"),
            (streamed, "3\r\nabc\r\n0\r\n\r\n"), (.none, ""),
        ] {
            let net = ClientNet()
            notes.sentOctets = []
            notes.lines = []
            _ = Outcome(net.client().request(try request("http://a/", .post, body: body)))
            #expect(text(notes.sentOctets) == net.transports[0].takeText())
            #expect(text(notes.sentOctets).hasSuffix("\r\n\r\n" + tail))
            #expect(notes.lines == ["head sent", "sent"])
        }
    }

    @Test("a redirect is another head, over the connection that is used again")
    func redirects() throws {
        let outcome = Outcome(net.client().request(try request("http://a/")))
        net.transports[0].receive(redirect("/next"))
        net.transports[0].receive(response("done"))
        #expect(outcome.value?.status == .ok)
        #expect(
            notes.lines.map { $0.prefix(8) } == [
                "head sen", "sent", "head 302", "reusing ", "head sen", "sent", "head 200",
            ])
        #expect(notes.lines[3] == "reusing 192.0.2.1:80")
    }

    @Test("a kept connection that turns out to be dead is told, and the repetition")
    func retries() throws {
        let client = net.client()
        _ = Outcome(client.request("http://a/").addCallback { $0.collect() })
        net.transports[0].receive(response("x"))
        _ = Outcome(client.request(try request("http://a/")))
        net.transports[0].lose()
        #expect(
            notes.lines == [
                "reusing 192.0.2.1:80", "head sent", "sent",
                "retrying: the server closed the connection without a response", "head sent",
                "sent",
            ])
    }

    @Test("what follows the response is not told, nor what comes when it was given up")
    func endsWithTheResponse() throws {
        let client = net.client()
        let outcome = Outcome(client.request(try request("http://a/")))
        net.transports[0].receive(response("abc") + "stray")
        #expect(outcome.value?.isSuccess == true)
        #expect(text(notes.receivedOctets) == response("abc"))
        let second = client.request(try request("http://b/"))
        let given = Outcome(second)
        net.transports[1].receive("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123")
        notes.receivedOctets = []
        given.value?.cancel()
        net.transports[1].receive("456")
        #expect(notes.receivedOctets.isEmpty)
    }

    @Test("a head that is malformed is told as far as it was read")
    func malformed() throws {
        let outcome = Outcome(net.client().request(try request("http://a/")))
        net.transports[0].receive("HTTP/1.1 200 OK\r\nno field\r\n")
        #expect(outcome.error == .invalidField(line: 1))
        #expect(text(notes.receivedOctets) == "HTTP/1.1 200 OK\r\nno field\r\n")
    }
}
