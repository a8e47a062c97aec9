import HTTPTypes
import Testing
import TwineCore
import TwineHTTP
import TwineTesting

@Suite("The HTTP client: requests, responses and bodies")
@Reactor
struct ClientTests {
    let net = ClientNet()

    func collected(_ response: Deferred<HTTPClient.Response>) -> Outcome<String> {
        Outcome(response.addCallback { $0.collect() }.addCallback { text($0) })
    }

    // MARK: What is sent

    @Test("a request names its target and host, and what the client accepts")
    func sendsAHead() throws {
        let client = net.client {
            $0.userAgent = "t/1"
            $0.decodesContent = true
        }
        let outcome = Outcome(
            client.request(
                "http://user:p%40ss@Example.COM:81/a b?c#d", fields: [.accept: "text/html"]))
        #expect(outcome.result == nil)
        #expect(
            net.transports.last?.takeText()
                == "GET /a%20b?c HTTP/1.1\r\nHost: example.com:81\r\nAccept: text/html\r\n"
                + "User-Agent: t/1\r\nAccept-Encoding: \(ContentCoding.acceptEncoding)\r\n"
                + "Authorization: Basic dXNlcjpwQHNz\r\n\r\n")
        #expect(net.origins.last == HTTPOrigin(isSecure: false, host: "example.com", port: 81))
    }

    @Test("a URL that is none, or of another scheme, fails at once")
    func refusesURLs() {
        let client = net.client()
        for url in ["", "x", "http://", "http://a:99999/", "//a/"] {
            guard case .invalidURL? = Outcome(client.request(url)).error else {
                Issue.record("\(url) was accepted")
                continue
            }
        }
        #expect(Outcome(client.request("ftp://a/")).error == .unsupportedScheme("ftp"))
        #expect(net.origins.isEmpty)
    }

    @Test("a body of octets is announced and sent")
    func sendsOctets() {
        let client = net.client()
        _ = Outcome(client.request("http://a/", method: .post, body: .bytes(bytes("hi"))))
        #expect(
            net.transports[0].takeText()
                == "POST / HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nContent-Length: 2\r\n\r\nhi")
        _ = Outcome(client.request("http://b/", method: .post))
        #expect(net.transports[1].takeText().contains("\r\nContent-Length: 0\r\n"))
    }

    @Test("a body is streamed in chunks, and waits while the server takes nothing")
    func streamsARequestBody() throws {
        var writer: HTTPBodyWriter?
        let client = net.client()
        let answer = collected(
            client.request(
                "http://a/", method: .put, body: .stream(length: nil) { writer = $0 }))
        let transport = net.transports[0]
        #expect(transport.takeText().contains("\r\nTransfer-Encoding: chunked\r\n"))
        let body = try #require(writer)
        #expect(Outcome(body.write(bytes("first"))).value != nil)
        transport.producer?.pauseProducing()
        let held = Outcome(body.write(bytes("second")))
        #expect(held.result == nil)
        transport.producer?.resumeProducing()
        #expect(held.value != nil)
        body.finish(trailers: [.eTag: "x"])
        #expect(transport.takeText() == "5\r\nfirst\r\n6\r\nsecond\r\n0\r\nETag: x\r\n\r\n")
        #expect(body.isClosed)
        transport.receive(response("ok"))
        #expect(answer.value == "ok")
        #expect(client.idleConnectionCount == 1)
    }

    @Test("a streamed body of another length than announced fails the request")
    func checksStreamedLength() throws {
        for sent in ["abc", "a"] {
            var writer: HTTPBodyWriter?
            let answer = collected(
                net.client().request(
                    "http://a/", method: .post, body: .stream(length: 2) { writer = $0 }))
            let body = try #require(writer)
            body.write(bytes(sent))
            body.finish()
            #expect(answer.error == .requestBodyLength(announced: 2, sent: sent.utf8.count))
            #expect(net.transports.last?.isAborted == true)
        }
    }

    @Test("an answer that comes before the body is sent whole ends the connection")
    func answersEarly() {
        var writer: HTTPBodyWriter?
        let client = net.client()
        let answer = collected(
            client.request("http://a/", method: .post, body: .stream(length: 9) { writer = $0 }))
        writer?.write(bytes("123"))
        net.transports[0].receive(response("no", "413 Content Too Large"))
        #expect(answer.value == "no")
        #expect(client.connectionCount == 0)
        #expect(writer?.isClosed == true)
    }

    // MARK: Responses

    @Test("a response is read however it is cut", arguments: Cuts.all.map(\.description))
    func readsResponses(_ cut: String) throws {
        let cuts = try #require(Cuts.all.first { $0.description == cut })
        for (input, body) in [
            (response("hello"), "hello"), (response(""), ""),
            ("HTTP/1.1 100 C\r\n\r\n" + response("x"), "x"),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
                "abcde"
            ),
            ("HTTP/1.1 204 No\r\n\r\n", ""),
        ] {
            let client = net.client()
            let answer = collected(client.request("http://a/"))
            for piece in cuts.pieces(of: bytes(input)) { net.transports.last?.receive(piece) }
            #expect(answer.value == body)
            #expect(client.idleConnectionCount == 1)
        }
    }

    @Test("the end of the connection is the end of a body without length")
    func readsUntilClose() {
        let client = net.client()
        let answer = collected(client.request("http://a/"))
        net.transports[0].receive("HTTP/1.0 200 OK\r\n\r\nall")
        #expect(answer.result == nil)
        net.transports[0].lose()
        #expect(answer.value == "all")
        #expect(client.connectionCount == 0)
    }

    @Test("the answer to HEAD has no body, and tells the length that GET would bring")
    func answersHead() {
        let client = net.client()
        let answer = Outcome(client.request("http://a/", method: .head))
        net.transports[0].receive("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n")
        #expect(answer.value?.contentLength == 77)
        #expect(client.idleConnectionCount == 1)
        #expect(answer.value.map { collected(succeed($0)).value } == .some(""))
    }

    @Test("a page is fetched in one line, and a status that is no success is an error")
    func getsPages() {
        let client = net.client()
        let page = Outcome(client.getPage("http://a/"))
        net.transports[0].receive(response("page"))
        #expect(page.value.map(text) == "page")
        let lost = Outcome(client.getPage("http://a/"))
        net.transports[0].receive(response("sorry", "404 Not Found"))
        #expect(lost.error == .status(code: 404, reason: "Not Found"))
        #expect(client.idleConnectionCount == 1)
    }

    @Test("trailers are there when the body has ended")
    func givesTrailers() {
        let outcome = Outcome(net.client().request("http://a/"))
        net.transports[0].receive(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nETag: t\r\n\r\n")
        let body = outcome.value.map { collected(succeed($0)) }
        #expect(body?.value == "x")
        #expect(outcome.value?.trailers == [.eTag: "t"])
    }

    // MARK: Failures

    @Test("each way for a connection to end is told apart")
    func tellsEndsApart() {
        for (input, reason, error) in [
            ("", ConnectionLost.done, HTTPError.noResponse),
            ("HTTP/1.1 200", .done, .truncated(received: 0, expected: nil)),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", .done,
                .truncated(received: 2, expected: 5)
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", .done,
                .truncated(received: 1, expected: nil)
            ),
            ("SSH-2.0-x\r\n", .done, .notHTTP),
            ("HTTP/1.1 101 S\r\n\r\n", .done, .unexpectedData),
        ] {
            let client = net.client()
            let answer = collected(client.request("http://a/"))
            net.transports.last?.receive(input)
            net.transports.last?.lose(reason)
            #expect(answer.error == error, "\(input.debugDescription)")
            #expect(client.connectionCount == 0)
        }
        let reset = collected(net.client().request("http://a/"))
        net.transports.last?.receive("HTTP/1.1 200 OK\r\n\r\nab")
        net.transports.last?.lose(.lost(SystemError(errno: 104)))
        guard case .failure(let error)? = reset.result else {
            Issue.record("a reset was taken for an end")
            return
        }
        #expect(error as? ConnectionLost == .lost(SystemError(errno: 104)))
    }

    @Test("what came before a broken piece is delivered before the error")
    func deliversBeforeTheError() {
        let outcome = Outcome(net.client().request("http://a/"))
        net.transports[0].receive(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX")
        var received: [UInt8] = []
        let end = outcome.value.map {
            Outcome(
                $0.receive { piece in
                    received += piece.indices.map { piece[$0] }
                    return true
                })
        }
        #expect(text(received) == "hello")
        #expect(end?.error == .missingChunkEnd)
    }

    @Test("a tolerant client takes a body without head, and a head that the connection's end ends")
    func tolerates() throws {
        for (input, body) in [
            ("H", nil), ("Hi there", "Hi there"), ("HTTP/1.1 200 OK\r\nX: y", ""),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", nil), ("HTTP/1.1 200\n\nall", "all"),
        ] {
            for cuts in Cuts.all {
                let notes = RequestNotes()
                var request = HTTPClient.Request(try WebURL.parse("http://a/"))
                request.observer = notes
                let client = net.client { $0.isTolerant = true }
                let answer = collected(client.request(request))
                for piece in cuts.pieces(of: bytes(input)) { net.transports.last?.receive(piece) }
                net.transports.last?.lose()
                #expect(answer.value == body, "\(input.debugDescription) \(cuts)")
                #expect(text(notes.receivedOctets) == input)
                #expect(client.connectionCount == 0)
            }
        }
    }

    @Test("a redirect whose head the connection's end ends is followed by a tolerant client")
    func followsTruncatedRedirects() {
        let client = net.client { $0.isTolerant = true }
        let answer = collected(client.request("http://a/"))
        net.transports[0].receive("HTTP/1.1 302 Found\r\nLocation: /next\r\n")
        net.transports[0].lose()
        #expect(net.lines(1) == ["GET /next HTTP/1.1"])
        net.transports[1].receive(response("there"))
        #expect(answer.value == "there")
    }

    @Test("why no connection was made comes through unchanged")
    func passesConnectErrors() {
        net.failure = ConnectError.lookup(.noSuchName("a"))
        let outcome = Outcome(net.client().request("http://a/"))
        guard case .failure(let error)? = outcome.result else { return }
        #expect(error as? ConnectError == .lookup(.noSuchName("a")))
    }

    @Test("a body longer than the limit fails, announced or not")
    func limitsBodies() {
        let client = net.client { $0.maxBody = 4 }
        let announced = collected(client.request("http://a/"))
        net.transports[0].receive(response("12345"))
        #expect(announced.error == .bodyTooLarge(limit: 4))
        let streamed = collected(client.request("http://b/"))
        net.transports.last?.receive("HTTP/1.1 200 OK\r\n\r\n123")
        net.transports.last?.receive("45")
        #expect(streamed.error == .bodyTooLarge(limit: 4))
        let kept = Outcome(client.request("http://c/").addCallback { $0.collect(limit: 2) })
        net.transports.last?.receive(response("123"))
        #expect(kept.error == .bodyTooLarge(limit: 2))
        let exact = collected(client.request("http://d/"))
        net.transports.last?.receive(response("1234"))
        #expect(exact.value == "1234")
    }

    // MARK: Cancelling

    @Test("a request is given up in every phase, and leaves nothing behind")
    func cancels() {
        let client = net.client()
        net.holds = true
        let connecting = client.request("http://a/")
        let first = Outcome(connecting)
        connecting.cancel()
        #expect(first.isCancelled)
        #expect(net.cancelled == 1)
        net.holds = false
        let requested = client.request("http://a/")
        let second = Outcome(requested)
        requested.cancel()
        #expect(second.isCancelled)
        let body = client.request("http://b/").addCallback { $0.collect() }
        let third = Outcome(body)
        net.transports.last?.receive("HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\nabc")
        body.cancel()
        #expect(third.isCancelled)
        #expect(client.connectionCount == 0)
        #expect(net.clock.delayedCalls.isEmpty)
        #expect(net.transports.allSatisfy { $0.isAborted })
    }

    @Test("a client that is closed takes no more requests and keeps no connections")
    func closes() {
        let client = net.client { $0.maxConnectionsPerHost = 1 }
        let first = collected(client.request("http://a/"))
        let second = collected(client.request("http://a/"))
        client.close()
        #expect(second.error == .closed)
        #expect(collected(client.request("http://b/")).error == .closed)
        net.transports[0].receive(response("done"))
        #expect(first.value == "done")
        #expect(client.connectionCount == 0)
        #expect(net.clock.delayedCalls.isEmpty)
    }
}
