import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineHTTP
import TwineTLS

/// The HTTP client through proxies of several makers, to nginx.
@Suite(.serialized, .timeLimit(.minutes(3)))
@Reactor
struct ProxyTests {
    /// Where everything is.
    private struct Place {
        let plain: String
        let secure: String
        /// nginx, where a proxy could be.
        let nginx: String
        let ports: [UInt16]

        var tinyproxy: String { "http://127.0.0.1:\(ports[0])" }
        var tinyproxyOfUser: String { "127.0.0.1:\(ports[1])" }
        var microsocks: String { "127.0.0.1:\(ports[2])" }
        var microsocksOfUser: String { "127.0.0.1:\(ports[3])" }
        var dante: String { "127.0.0.1:\(ports[4])" }
        var squidOfUser: String { "127.0.0.1:\(ports[5])" }
        var squidOverTLS: String { "https://localhost:\(ports[6])" }
    }

    private func withProxies(_ body: @Reactor (Place) async throws -> Void) async throws {
        let nginx = try await LoopbackServer.nginx()
        let proxies = try await LoopbackServer.proxies()
        let place = Place(
            plain: "http://localhost:\(nginx.ports[0])/hello.txt",
            secure: "https://localhost:\(nginx.ports[1])/hello.txt",
            nginx: "127.0.0.1:\(nginx.ports[0])", ports: proxies.ports)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(place))
        } catch {
            result = .failure(error)
        }
        try await proxies.stop()
        try await nginx.stop()
        try result.get()
    }

    private func client(
        _ proxy: String, _ change: (inout HTTPClient.Options) -> Void = { _ in }
    ) async throws -> HTTPClient {
        let proxy = try HTTPProxy(proxy)
        let certificates = try await Situation.certificates.value
        var options = HTTPClient.Options()
        options.proxy = { _ in proxy }
        // nginx listens at 127.0.0.1, and so would a name that is looked up here.
        options.connecting.families = .ipv4Only
        options.tls.authoritiesFile = certificates.appendingPathComponent("ca.pem").path
        var tls = TLSOptions()
        tls.authoritiesFile = certificates.appendingPathComponent("selfsigned.pem").path
        options.proxyTLS = tls
        change(&options)
        return HTTPClient(options)
    }

    private func page(_ client: HTTPClient, _ url: String) async throws -> String {
        String(decoding: try await client.getPage(url).value, as: UTF8.self)
    }

    @Test("http is forwarded and https tunnelled, also over TLS to the proxy, and connections kept")
    func httpProxies() async throws {
        try await withProxies { place in
            for proxy in [
                place.tinyproxy, place.squidOverTLS, "http://user:pass@\(place.squidOfUser)",
                "http://user:pass@\(place.tinyproxyOfUser)",
            ] {
                let client = try await client(proxy)
                for url in [place.plain, place.secure, place.secure] {
                    #expect(try await page(client, url) == "hello\n", "\(proxy) \(url)")
                }
                #expect(client.connectionCount <= 2)
                let response = try await client.request(place.plain).value
                #expect(response.fields[.via]?.isEmpty == false)
                _ = try await response.collect().value
                client.close()
            }
        }
    }

    @Test("a proxy that knows its users: nobody, the wrong one, and who says so when asked")
    func users() async throws {
        try await withProxies { place in
            for proxy in [place.squidOfUser, place.tinyproxyOfUser] {
                for user in ["", "user:wrong@"] {
                    let client = try await client("http://\(user)\(proxy)")
                    let response = try await client.request(place.plain).value
                    #expect([401, 407].contains(response.status.code))
                    response.cancel()
                    let error = await #expect(throws: HTTPError.self) {
                        try await client.request(place.secure).value
                    }
                    guard case .tunnelRefused(let answer)? = error else {
                        Issue.record("\(String(describing: error))")
                        return
                    }
                    #expect([401, 407].contains(answer.status.code))
                    client.close()
                }
            }
            var asked: [String] = []
            let asking = try await client("http://\(place.squidOfUser)") {
                $0.proxyAuthorization = { _, answer in
                    asked.append(answer.headerFields[.proxyAuthenticate] ?? "")
                    return "Basic dXNlcjpwYXNz"
                }
            }
            #expect(try await page(asking, place.secure) == "hello\n")
            #expect(asked == ["Basic realm=\"proxies\""])
            asking.close()
        }
    }

    @Test("SOCKS of each version, with names looked up here or there")
    func socks() async throws {
        try await withProxies { place in
            for proxy in [
                "socks5://\(place.microsocks)", "socks5h://\(place.microsocks)",
                "socks5://user:pass@\(place.microsocksOfUser)",
                "socks5h://user:pass@\(place.microsocksOfUser)", "socks4://\(place.dante)",
                "socks5://\(place.dante)", "socks5h://\(place.dante)",
            ] {
                let client = try await client(proxy)
                for url in [place.plain, place.secure, place.plain] {
                    #expect(try await page(client, url) == "hello\n", "\(proxy) \(url)")
                }
                #expect(client.connectionCount == 2)
                client.close()
            }
        }
    }

    /// How a request ends: also a response is one, by its status.
    private func error(_ proxy: String, _ url: String) async throws -> any Error {
        let client = try await client(proxy)
        defer { client.close() }
        do {
            let response = try await client.request(url).value
            return HTTPError.status(code: response.status.code, reason: "")
        } catch {
            return error
        }
    }

    @Test("each refusal is told apart, and a proxy that is none, or not there")
    func refusals() async throws {
        try await withProxies { place in
            let nobody = "http://127.0.0.1:1/"
            for (proxy, url, expected) in [
                ("socks5h://\(place.microsocks)", nobody, SOCKSError.refused(.connectionRefused)),
                ("socks5://\(place.dante)", nobody, .refused(.connectionRefused)),
                ("socks4://\(place.dante)", nobody, .refused(.rejected)),
                ("socks5://\(place.dante)", "http://127.0.0.9/", .refused(.notAllowed)),
                ("socks5://\(place.microsocksOfUser)", nobody, .noAcceptableMethod),
                ("socks5://user:x@\(place.microsocksOfUser)", nobody, .authenticationFailed),
                ("socks5://\(place.nginx)", nobody, .notSOCKS(octet: 72)),
            ] {
                #expect(try await error(proxy, url) as? SOCKSError == expected, "\(proxy) \(url)")
            }
            let squid = "http://user:pass@\(place.squidOfUser)"
            let forbidden = try await error(squid, "http://127.0.0.9/") as? HTTPError
            #expect(forbidden == .status(code: 403, reason: ""))
            guard
                case .tunnelRefused(let answer)? = try await error(squid, "https://127.0.0.9/")
                    as? HTTPError
            else {
                Issue.record("no refusal")
                return
            }
            #expect(answer.status.code == 403)
            guard
                case ConnectError.refused? = try await error("http://127.0.0.1:1", nobody)
                    as? ConnectError
            else {
                Issue.record("no refusal")
                return
            }
        }
    }
}
