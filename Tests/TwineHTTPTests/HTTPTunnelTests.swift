import HTTPTypes
import Testing
import TwineHTTP

@Suite("CONNECT, without a socket")
struct HTTPTunnelTests {
    private func tunnel() throws -> HTTPTunnel {
        try HTTPTunnel(to: "a:443", fields: [.userAgent: "t", .proxyAuthorization: "Basic x"])
    }

    @Test("it says where to, and who asks")
    func request() throws {
        var tunnel = try tunnel()
        #expect(
            text(tunnel.takeOutput())
                == "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nUser-Agent: t\r\n"
                + "Proxy-Authorization: Basic x\r\n\r\n")
        #expect(tunnel.takeOutput().isEmpty)
        #expect(throws: HTTPError.self) { try HTTPTunnel(to: "a b:443") }
    }

    @Test("Host comes last for who wants that, and is checked there too")
    func hostLast() throws {
        var tunnel = try HTTPTunnel(to: "a:443", fields: [.userAgent: "t"], hostIsLast: true)
        #expect(
            text(tunnel.takeOutput())
                == "CONNECT a:443 HTTP/1.1\r\nUser-Agent: t\r\nHost: a:443\r\n\r\n")
        #expect(throws: HTTPError.self) { try HTTPTunnel(to: "a\u{7f}:443", hostIsLast: true) }
    }

    @Test(
        "a success opens it, and what follows is left alone, however it is cut",
        arguments: Cuts.all.map(\.description))
    func opens(_ cut: String) throws {
        let cuts = try #require(Cuts.all.first { $0.description == cut })
        for (head, rest) in [
            ("HTTP/1.1 200 Connection established\r\n\r\n", ""),
            ("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", "hello"),
            ("HTTP/1.1 100 C\r\n\r\nHTTP/1.1 299 \r\nVia: x\r\n\r\n", "HTTP/1.1"),
        ] {
            var tunnel = try tunnel()
            var left: [UInt8]?
            for piece in cuts.pieces(of: bytes(head + rest)) {
                if let known = left {
                    left = known + piece
                } else if let count = try tunnel.receive(piece.span) {
                    left = Array(piece[count...])
                }
            }
            #expect(left.map(text) == rest)
            #expect(text(tunnel.octets) == head)
            #expect(tunnel.response?.status.kind == .successful)
        }
    }

    @Test("any other answer is an error with its status and fields")
    func refused() throws {
        var tunnel = try tunnel()
        let answer = bytes("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\n\r\nbody")
        let error = #expect(throws: HTTPError.self) { try tunnel.receive(answer.span) }
        guard case .tunnelRefused(let response)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(response.status.code == 407)
        #expect(response.headerFields[.proxyAuthenticate] == "Basic")
        #expect(error?.description == "the proxy made no tunnel: status 407 Who")
        #expect(throws: HTTPError.self) { try tunnel.receive(answer.span) }
    }

    @Test("what is no HTTP, and a connection that ends, are told")
    func malformed() throws {
        var tunnel = try tunnel()
        #expect(throws: HTTPError.notHTTP) { try tunnel.receive(bytes("SSH-2.0\r\n").span) }
        var cut = try self.tunnel()
        #expect(cut.receiveEndOfInput() as? HTTPError == .noResponse)
        _ = try cut.receive(bytes("HTTP/1.1").span)
        #expect(cut.receiveEndOfInput() as? HTTPError == .truncated(received: 0, expected: nil))
    }
}
