import HTTPTypes
import Testing
import TwineCore

@testable import TwineHTTP

@Suite("Server and client of the toolbox talk to each other over TCP", .timeLimit(.minutes(1)))
@Reactor
struct ServerClientTests {
    private func site() -> Site {
        let root = Resource()
        root.putChild("hello", StaticResource.text("hello"))
        root.putChild("old", RedirectResource(to: "/older"))
        root.putChild("older", RedirectResource(to: "hello", status: .permanentRedirect))
        root.putChild("late", DelayedResource(StaticResource.text("late"), by: 0.01))
        root.putChild("big", StaticResource([UInt8](repeating: 1, count: 300_000)))
        for (name, coding, body) in [
            ("gzip", "gzip", PackedBody.gzip), ("deflate", "deflate", PackedBody.bareDeflate),
            ("br", "br", PackedBody.brotli), ("zstd", "zstd", PackedBody.zstd),
            ("both", "gzip, br", PackedBody.gzipInBrotli),
        ] {
            root.putChild(
                name,
                StaticResource(
                    WebResponse(
                        headerFields: [.contentEncoding: coding, .contentType: "text/plain"],
                        body: .octets(body))))
        }
        root.putChild(
            "stream",
            FunctionResource { _ in
                .response(
                    .stream(contentType: "text/plain") { body in
                        for line in 0..<100 { try await body.write("line \(line)\n").value }
                    })
            })
        return Site(root)
    }

    @Test("pages, redirects, codings, streams and errors, over few connections")
    func pages() async throws {
        let site = site()
        let port = try await site.listen(at: TCPServerEndpoint.loopback()).value
        let client = HTTPClient()
        let base = "http://\(port.address)"
        func page(_ path: String) async throws -> String {
            String(decoding: try await client.getPage(base + path).value, as: UTF8.self)
        }
        for _ in 0..<3 { #expect(try await page("/hello") == "hello") }
        #expect(try await page("/old") == "hello")
        #expect(try await page("/late") == "late")
        #expect(try await page("/big").utf8.count == 300_000)
        for coding in ["gzip", "deflate", "br", "zstd", "both"] {
            #expect(try await page("/" + coding) == PackedBody.text)
        }
        #expect(try await page("/stream").split(separator: "\n").count == 100)
        await #expect(throws: HTTPError.status(code: 404, reason: "Not Found")) {
            try await page("/none")
        }
        #expect(try await page("/hello") == "hello")
        #expect(site.connectionCount <= 2)
        client.close()
        port.stopListening()
        try await site.close().value
        #expect(site.connectionCount == 0)
    }

    @Test("two hundred requests at once are all answered")
    func many() async throws {
        let site = site()
        let port = try await site.listen(at: TCPServerEndpoint.loopback()).value
        let client = HTTPClient()
        let pages = (0..<200).map { _ in client.getPage("http://\(port.address)/late") }
        for page in pages { #expect(try await page.value == Array("late".utf8)) }
        client.close()
        port.stopListening()
        try await site.close().value
    }
}
