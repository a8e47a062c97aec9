import HTTPTypes
import Testing
import TwineCore
import TwineHTTP
import TwineTesting

@Suite("The HTTP client through proxies")
@Reactor
struct ClientProxyTests {
    let net = ClientNet()

    func client(_ proxy: String) throws -> HTTPClient {
        let proxy = try HTTPProxy(proxy)
        return net.client { $0.proxy = { $0.bareHostName == "direct" ? nil : proxy } }
    }

    @Test("a request for http names its whole URL to the proxy, and who asks")
    func forwards() throws {
        let client = try client("http://u:p@proxy:3128")
        let answer = Outcome(client.request("http://x:y@a:81/b?c#d").addCallback { $0.collect() })
        #expect(
            net.transports[0].takeText()
                == "GET http://a:81/b?c HTTP/1.1\r\nHost: a:81\r\nAccept: */*\r\n"
                + "Authorization: Basic eDp5\r\nProxy-Authorization: Basic dTpw\r\n\r\n")
        #expect(net.routes.map(\.description) == ["forwarded by http://proxy:3128"])
        net.transports[0].receive(response("there"))
        #expect(answer.value.map(text) == "there")
    }

    @Test("any number of origins share the proxy's connections, and its limit of them")
    func shares() throws {
        let client = try client("proxy:3128")
        for host in ["a", "b", "c"] {
            let answer = Outcome(
                client.request("http://\(host)/").addCallback { $0.collect() })
            #expect(net.lines(0) == ["GET http://\(host)/ HTTP/1.1"])
            net.transports[0].receive(response(host))
            #expect(answer.value.map(text) == host)
        }
        #expect(client.connectionCount == 1)
    }

    @Test("a connection for https is made through the proxy, for that origin alone")
    func tunnels() throws {
        let client = try client("proxy:3128")
        for host in ["a", "b", "a"] {
            let answer = Outcome(
                client.request("https://\(host)/x").addCallback { $0.collect() })
            net.transports.last { $0.written.isEmpty == false }?.receive(response("ok"))
            #expect(answer.value.map(text) == "ok")
            for transport in net.transports {
                let sent = transport.takeText()
                #expect(sent.isEmpty || sent.hasPrefix("GET /x HTTP/1.1\r\nHost: \(host)\r\n"))
                #expect(!sent.contains("Proxy-"))
            }
        }
        #expect(
            net.routes.map(\.description) == [
                "https://a:443 through http://proxy:3128",
                "https://b:443 through http://proxy:3128",
            ])
    }

    @Test("a SOCKS proxy carries http too, and a request as to the server itself")
    func socks() throws {
        let client = try client("socks5h://proxy")
        _ = Outcome(client.request("http://a/"))
        #expect(net.lines(0) == ["GET / HTTP/1.1"])
        #expect(net.routes.map(\.description) == ["http://a:80 through socks5h://proxy:1080"])
    }

    @Test("a redirect may lead away from the proxy, and takes its credentials not along")
    func redirects() throws {
        let client = try client("http://u:p@proxy:3128")
        let answer = Outcome(client.request("http://a/").addCallback { $0.collect() })
        net.transports[0].receive(redirect("http://direct/"))
        #expect(net.routes.last == HTTPRoute(HTTPOrigin(isSecure: false, host: "direct", port: 80)))
        #expect(!net.transports[1].written.isEmpty)
        #expect(!net.transports[1].takeText().contains("Proxy-Authorization"))
        net.transports[1].receive(response("ok"))
        #expect(answer.value.map(text) == "ok")
    }

    @Test("what chooses the proxy may fail the request")
    func choosingFails() {
        let client = net.client { $0.proxy = { _ in throw HTTPError.invalidProxy("x") } }
        #expect(Outcome(client.request("http://a/")).error == .invalidProxy("x"))
        #expect(net.routes.isEmpty)
    }
}
