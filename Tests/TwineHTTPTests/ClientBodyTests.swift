import HTTPTypes
import Testing
import TwineCore
import TwineHTTP
import TwineTesting

@Suite("The HTTP client: bodies as they arrive")
@Reactor
struct ClientBodyTests {
    let net = ClientNet()
    static let head = "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n"

    /// A response of which only the head has come.
    func begun(
        _ client: HTTPClient, _ head: String = Self.head
    ) throws -> (HTTPClient.Response, MemoryTransport) {
        let outcome = Outcome(client.request("http://a/"))
        let transport = try #require(net.transports.last)
        transport.receive(head)
        return (try #require(outcome.value), transport)
    }

    @Test("pieces are lent as they come")
    func lendsPieces() throws {
        let (response, transport) = try begun(net.client(), "HTTP/1.1 200 OK\r\n\r\n")
        var pieces: [String] = []
        let end = Outcome(
            response.receive { piece in
                pieces.append(text(piece.indices.map { piece[$0] }))
                return true
            })
        for piece in ["one", "two", "three"] { transport.receive(piece) }
        #expect(pieces == ["one", "two", "three"])
        #expect(end.result == nil)
        transport.lose()
        #expect(end.value != nil)
    }

    @Test("what came before anybody took it is kept, and not more than that")
    func keepsWhatCame() throws {
        let (response, transport) = try begun(net.client())
        transport.receive([UInt8](repeating: 65, count: 30_000))
        #expect(!transport.isReadingPaused)
        transport.receive([UInt8](repeating: 66, count: 40_000))
        #expect(transport.isReadingPaused)
        transport.receive([UInt8](repeating: 67, count: 130_000))
        net.clock.advance(1000)
        let body = Outcome(response.collect())
        #expect(!transport.isReadingPaused)
        #expect(body.value?.count == 200_000)
        #expect(body.value?.last == 67)
    }

    @Test("a connection is free as soon as the body has come, taken or not")
    func freesConnections() throws {
        let client = net.client()
        let (response, _) = try begun(client, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")
        #expect(client.idleConnectionCount == 1)
        net.clock.advance(25)
        #expect(Outcome(response.collect()).value.map(text) == "abc")
    }

    @Test("a pause holds the server back, and time stands still for it")
    func pauses() throws {
        let (response, transport) = try begun(net.client())
        var count = 0
        let end = Outcome(
            response.receive {
                count += $0.count
                response.pause()
                return true
            })
        transport.receive([1, 2, 3])
        #expect(transport.isReadingPaused)
        transport.receive([4, 5, 6])
        net.clock.advance(500)
        #expect(count == 3)
        response.resume()
        #expect(count == 6)
        #expect(transport.isReadingPaused)
        response.resume()
        #expect(!transport.isReadingPaused)
        net.clock.advance(60)
        #expect(end.error == .timeout(.idle, seconds: 60))
    }

    @Test("a receiver that pauses and resumes at once goes on")
    func pausesAndResumes() throws {
        let (response, transport) = try begun(net.client(), "HTTP/1.1 200 OK\r\n\r\n")
        let end = Outcome(
            response.receive { _ in
                response.pause()
                response.resume()
                return true
            })
        transport.receive("x")
        #expect(!transport.isReadingPaused)
        transport.lose()
        #expect(end.value != nil)
    }

    @Test("who has enough frees the connection: it is closed, or kept when little remains")
    func stopsEarly() throws {
        let client = net.client()
        let (first, transport) = try begun(client)
        var calls = 0
        let end = Outcome(
            first.receive { _ in
                calls += 1
                return false
            })
        transport.receive("title")
        #expect(end.value != nil)
        #expect(transport.isAborted)
        #expect(client.connectionCount == 0)

        let (second, short) = try begun(client, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")
        second.cancel()
        #expect(client.connectionCount == 1)
        #expect(client.idleConnectionCount == 0)
        short.receive([UInt8](repeating: 0, count: 99))
        #expect(client.idleConnectionCount == 1)
        #expect(calls == 1)
    }

    @Test("a remainder that does not come is not waited for")
    func drainsForAWhile() throws {
        let client = net.client()
        let (response, transport) = try begun(
            client, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")
        response.cancel()
        net.clock.advance(5)
        #expect(transport.isAborted)
        #expect(client.connectionCount == 0)
        #expect(net.clock.delayedCalls.isEmpty)
    }

    @Test("a function that throws gives up with its error")
    func throwsEarly() throws {
        let (response, transport) = try begun(net.client())
        let end = Outcome(response.receive { _ in throw HTTPError.closed })
        transport.receive("x")
        #expect(end.error == .closed)
        #expect(transport.isAborted)
    }

    @Test("a response that is dropped frees its connection")
    func dropsResponses() throws {
        let client = net.client()
        do {
            _ = try begun(client)
        }
        #expect(client.connectionCount == 0)
        #expect(net.transports[0].isAborted)
        #expect(net.clock.delayedCalls.isEmpty)
    }

    @Test("a body is taken once")
    func isTakenOnce() throws {
        let (response, _) = try begun(net.client(), "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
        #expect(Outcome(response.collect()).value.map(text) == "x")
        #expect(Outcome(response.collect()).error == .closed)
    }

    @Test("the body is a sequence to await, and the server is held back meanwhile")
    func isASequence() async throws {
        let (response, transport) = try begun(net.client(), "HTTP/1.1 200 OK\r\n\r\n")
        let body = response.body
        let first = Outcome(body.read())
        #expect(first.result == nil)
        transport.receive("one")
        #expect(first.value??.count == 3)
        #expect(transport.isReadingPaused)
        transport.receive("two")
        let second = Outcome(body.read())
        #expect(second.value.map { $0.map(text) } == "two")
        let third = Outcome(body.read())
        transport.lose()
        #expect(third.value == .some(nil))
        var rest = 0
        for try await piece in body { rest += piece.count }
        #expect(rest == 0)
    }

    @Test("a sequence that is left early gives the connection up, and a failure is thrown")
    func leavesASequence() async throws {
        let client = net.client()
        do {
            let (response, transport) = try begun(client)
            transport.receive("some")
            for try await piece in response.body {
                #expect(piece.count == 4)
                break
            }
        }
        #expect(client.connectionCount == 0)
        let (response, transport) = try begun(client)
        transport.receive("some")
        transport.lose()
        var count = 0
        await #expect(throws: HTTPError.truncated(received: 4, expected: 200_000)) {
            for try await piece in response.body { count += piece.count }
        }
        #expect(count == 4)
    }

    // MARK: Content codings

    static let packed: [(String, [UInt8])] = [
        ("gzip", PackedBody.gzip), ("x-gzip", PackedBody.gzip), ("deflate", PackedBody.zlib),
        ("deflate", PackedBody.bareDeflate), ("br", PackedBody.brotli), ("zstd", PackedBody.zstd),
        ("identity", bytes(PackedBody.text)),
    ]

    static func packedResponse(_ coding: String, _ body: [UInt8]) -> [UInt8] {
        bytes("HTTP/1.1 200 OK\r\nContent-Encoding: \(coding)\r\n")
            + bytes("Content-Length: \(body.count)\r\n\r\n") + body
    }

    @Test("content codings are taken off, however the response is cut")
    func decodes() {
        let client = net.client { $0.decodesContent = true }
        for (coding, body) in Self.packed {
            for cuts in Cuts.all {
                let page = Outcome(client.getPage("http://a/"))
                for piece in cuts.pieces(of: Self.packedResponse(coding, body)) {
                    net.transports.last?.receive(piece)
                }
                #expect(page.value.map(text) == PackedBody.text, "\(coding) \(cuts)")
            }
        }
        #expect(net.origins.count == 1)
    }

    @Test("who asks decides by the head whether codings are taken off, and sees how much has come")
    func decides() throws {
        let client = net.client { $0.decodesContent = true }
        for decodes in [true, false] {
            var request = HTTPClient.Request(try #require(WebURL("http://a/")))
            request.decodes = { $0.headerFields[.contentEncoding] == "gzip" && decodes }
            let outcome = Outcome(client.request(request))
            net.transports.last?.receive(Self.packedResponse("gzip", PackedBody.gzip))
            let response = try #require(outcome.value)
            #expect(response.isDecoded == decodes)
            let body = try #require(Outcome(response.collect()).value)
            #expect(decodes ? text(body) == PackedBody.text : body == PackedBody.gzip)
            #expect(response.encodedReceived == (decodes ? PackedBody.gzip.count : 0))
        }
    }

    @Test("a packed body is held to the limit as it unpacks, and can be left early")
    func limitsDecoded() throws {
        let client = net.client {
            $0.decodesContent = true
            $0.maxBody = 100
        }
        let page = Outcome(client.getPage("http://a/"))
        net.transports[0].receive(Self.packedResponse("gzip", PackedBody.gzip))
        #expect(page.error == .bodyTooLarge(limit: 100))
        let other = net.client { $0.decodesContent = true }
        let outcome = Outcome(other.request("http://a/"))
        net.transports.last?.receive(Self.packedResponse("br", PackedBody.brotli))
        let end = try Outcome(#require(outcome.value).receive { _ in false })
        #expect(end.value != nil)
    }

    @Test("a pause holds a packed body back between steps of the decoder")
    func pausesDecoding() throws {
        let client = net.client { $0.decodesContent = true }
        let outcome = Outcome(client.request("http://a/"))
        let transport = net.transports[0]
        let input = Self.packedResponse("gzip", PackedBody.gzip)
        let head = input.count - PackedBody.gzip.count
        transport.receive([UInt8](input.prefix(head)))
        let response = try #require(outcome.value)
        var unpacked = ""
        let end = Outcome(
            response.receive { piece in
                unpacked += text(piece.indices.map { piece[$0] })
                response.pause()
                return true
            })
        for octet in PackedBody.gzip { transport.receive([octet]) }
        let before = unpacked.count
        while end.result == nil, unpacked.count < 1000 { response.resume() }
        #expect(before < PackedBody.text.count)
        #expect(unpacked == PackedBody.text)
    }

    @Test("a content coding that is not known is an error of its own")
    func refusesUnknownCodings() {
        let client = net.client { $0.decodesContent = true }
        let outcome = Outcome(client.request("http://a/"))
        net.transports[0].receive(response("x", "200 OK", "Content-Encoding: compress\r\n"))
        #expect(outcome.error == .unsupportedContentCoding("compress"))
    }

    @Test("a body that breaks its coding, or ends before it, is an error")
    func refusesBrokenCodings() {
        let client = net.client { $0.decodesContent = true }
        let broken = Outcome(client.request("http://a/").addCallback { $0.collect() })
        net.transports[0].receive(response("no gzip", "200 OK", "Content-Encoding: gzip\r\n"))
        #expect(broken.error == .invalidContentCoding("gzip"))
        let cut = Outcome(client.request("http://b/").addCallback { $0.collect() })
        net.transports.last?.receive(
            bytes("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\n")
                + PackedBody.gzip.prefix(12))
        guard case .truncated? = cut.error else {
            Issue.record("a cut body was taken for whole")
            return
        }
    }
}
