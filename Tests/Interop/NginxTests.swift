import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineHTTP
import TwineTLS

/// The HTTP client against nginx.
@Suite(.serialized, .timeLimit(.minutes(3)))
@Reactor
struct NginxTests {
    /// The text that `seq 100000` prints.
    private static let numbers = (1...100_000).map { "\($0)\n" }.joined()

    private struct Site {
        let plain: String
        let secure: String
    }

    private func withNginx(_ body: @Reactor (Site, HTTPClient) async throws -> Void) async throws {
        let server = try await LoopbackServer.nginx()
        var options = HTTPClient.Options()
        options.tls.authoritiesFile =
            try await Situation.certificates.value.appendingPathComponent("ca.pem").path
        let site = Site(
            plain: "http://127.0.0.1:\(server.ports[0])",
            secure: "https://localhost:\(server.ports[1])")
        let client = HTTPClient(options)
        do {
            try await body(site, client)
        } catch {
            client.close()
            try await server.stop()
            throw error
        }
        client.close()
        try await server.stop()
    }

    private func text(_ client: HTTPClient, _ url: String) async throws -> String {
        String(decoding: try await client.getPage(url).value, as: UTF8.self)
    }

    @Test("a body comes through whole: plain, gzip, br, zstd, chunked, until the end, and slowly")
    func bodies() async throws {
        try await withNginx { nginx, client in
            for site in [nginx.plain, nginx.secure] {
                #expect(try await text(client, site + "/hello.txt") == "hello\n")
                for path in ["numbers.txt", "gzip", "br", "zstd", "until-close", "slow"] {
                    let body = try await text(client, "\(site)/\(path)")
                    #expect(body == Self.numbers, "\(site)/\(path): \(body.utf8.count) octets")
                }
            }
            let response = try await client.request(nginx.plain + "/gzip").value
            #expect(response.fields[.transferEncoding] == "chunked")
            _ = try await response.collect().value
        }
    }

    @Test("redirects of every kind are followed, remembered, and end")
    func redirects() async throws {
        try await withNginx { nginx, client in
            for status in [301, 302, 303, 307, 308] {
                let response = try await client.request("\(nginx.plain)/redirect/\(status)").value
                #expect(response.redirects.count == 1 && "\(response.url)".hasSuffix("/hello.txt"))
                #expect(try await response.collect().value == Array("hello\n".utf8))
            }
            #expect(try await text(client, nginx.plain + "/redirect/far") == "hello\n")
            await #expect(throws: HTTPError.self) {
                try await client.getPage(nginx.plain + "/redirect/loop").value
            }
        }
    }

    @Test("a connection is used again, and a TLS session is resumed on a new one")
    func reuse() async throws {
        try await withNginx { nginx, client in
            let first = try await text(client, nginx.plain + "/request")
            let second = try await text(client, nginx.plain + "/request")
            #expect(first.split(separator: " ").first == second.split(separator: " ").first)
            #expect(second.split(separator: " ").dropFirst().first == "2")
            #expect(client.connectionCount == 1)

            var fields = HTTPFields()
            fields[.connection] = "close"
            let url = nginx.secure + "/request"
            var texts: [String] = []
            for _ in 0..<2 {
                let response = try await client.request(url, fields: fields).value
                texts.append(String(decoding: try await response.collect().value, as: UTF8.self))
            }
            #expect(texts[0].hasSuffix(" TLSv1.3 ."), "\(texts)")
            #expect(texts[1].hasSuffix(" TLSv1.3 r"), "\(texts)")
        }
    }

    @Test("a large body is sent, and its length arrives")
    func upload() async throws {
        try await withNginx { nginx, client in
            let body = [UInt8](repeating: 7, count: 3_000_000)
            let response = try await client.request(
                nginx.secure + "/echo", method: .post, body: .bytes(body)
            ).value
            let said = String(decoding: try await response.collect().value, as: UTF8.self)
            #expect(said == "POST 3000000")
        }
    }

    @Test("statuses are responses for request, and errors for getPage")
    func statuses() async throws {
        try await withNginx { nginx, client in
            for status in [204, 400, 403, 404, 410, 429, 500, 502, 503, 504] {
                let response = try await client.request("\(nginx.plain)/status/\(status)").value
                #expect(response.status.code == status)
                _ = try await response.collect().value
            }
            await #expect(throws: HTTPError.self) {
                try await client.getPage(nginx.plain + "/status/404").value
            }
            await #expect(throws: HTTPError.self) {
                try await client.getPage(nginx.plain + "/empty").value
            }
        }
    }
}
