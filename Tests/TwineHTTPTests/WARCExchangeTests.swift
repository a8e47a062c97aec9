import Foundation
import HTTPTypes
import Testing
import TwineCore

@testable import TwineHTTP

@Suite("Exchanges of the client, kept in a web archive", .timeLimit(.minutes(1)))
@Reactor
struct WARCExchangeTests {
    /// Fetches a page of a site in this process, and returns the archive as text.
    private func archived(
        _ path: String, method: HTTPRequest.Method = .get,
        body: HTTPClient.Request.Body = .none, times: Int = 1
    ) async throws -> String {
        let root = Resource()
        root.putChild("hello", StaticResource.text("hello"))
        root.putChild("old", RedirectResource(to: "/hello"))
        root.putChild(
            "stream",
            FunctionResource { _ in
                .response(.stream(contentType: "text/plain") { try await $0.write("abc").value })
            })
        root.putChild(
            "echo",
            FunctionResource(methods: [.post]) { request in
                .response(.octets(request.body, contentType: "text/plain; charset=x"))
            })
        let site = Site(root)
        let port = try await site.listen(at: TCPServerEndpoint.loopback()).value
        let folder = try ArchiveFolder()
        let archive = try folder.archive {
            $0.compresses = false
            $0.writesIndex = true
        }
        let client = HTTPClient()
        for _ in 0..<times {
            let url = "http://\(port.address)\(path)"
            let exchange = WARCExchange(archive, url: url)
            var request = HTTPClient.Request(
                try WebURL.parse(url), method: method, body: body)
            request.observer = exchange
            request.maxRedirects = 0
            let response = try await client.request(request).value
            _ = try await response.collect().value
            _ = try await exchange.finish().value
        }
        client.close()
        port.stopListening()
        try await site.close().value
        return (folder.text("F.warc") + folder.text("F.cdx"))
            .replacingOccurrences(of: "\(port.address)", with: "HOST")
    }

    @Test("request and response are there as they travelled, and the index has their type")
    func plain() async throws {
        let text = try await archived("/hello")
        #expect(text.contains("\r\n\r\nGET /hello HTTP/1.1\r\nHost: HOST\r\n"))
        #expect(text.contains("\r\n\r\nHTTP/1.1 200 OK\r\n"))
        #expect(text.contains("\r\n\r\nhello\r\n\r\n"))
        #expect(text.contains("WARC-IP-Address: 127.0.0.1\r\n"))
        #expect(text.contains(" text/plain 200 "))
    }

    @Test("a response in chunks is kept with its chunks")
    func chunked() async throws {
        #expect(try await archived("/stream").contains("\r\n\r\n3\r\nabc\r\n0\r\n\r\n\r\n\r\n"))
    }

    @Test("a request's body is its payload")
    func post() async throws {
        let text = try await archived("/echo", method: .post, body: .bytes(Array("a=1".utf8)))
        let digest = "WARC-Payload-Digest: sha1:Q3W2O4FGAYECJMEQ3VG7BEPDXVASCJ44\r\n"
        #expect(text.components(separatedBy: digest).count == 3)
    }

    @Test("a redirect is an exchange of its own, and the index tells where it leads")
    func redirect() async throws {
        let index = try await archived("/old").split(separator: "\n").first {
            $0.hasPrefix("http://HOST/old ")
        }
        #expect(index?.contains(" /hello - ") == true)
    }

    @Test("a connection that is used again has its address as well")
    func reused() async throws {
        let text = try await archived("/hello", times: 2)
        #expect(text.components(separatedBy: "WARC-IP-Address: 127.0.0.1").count == 5)
    }
}
