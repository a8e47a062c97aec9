import HTTPTypes
import Testing
import TwineCore
import TwineTesting

@testable import TwineHTTP

@Suite("Server: bodies that are written piece by piece", .timeLimit(.minutes(1)))
@Reactor
struct ServerStreamTests {
    /// Pieces that the test fires, and what the body's function saw.
    @Reactor
    private final class Stream {
        let site = TestSite()
        var writer: BodyWriter?
        var done: Deferred<Void>?
        var wasCancelled = false

        init(length: Int? = nil) {
            site.root.putChild(
                "stream",
                FunctionResource { [weak self] _ in
                    .response(
                        WebResponse(
                            body: .stream(length: length) { writer in
                                let done = Deferred<Void>(canceller: { _ in
                                    self?.wasCancelled = true
                                })
                                self?.writer = writer
                                self?.done = done
                                return done
                            }))
                })
        }

        func open(_ line: String = "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n") -> MemoryTransport {
            let client = site.connect()
            client.receive(line)
            return client
        }
    }

    @Test("without a length the body goes in chunks, and the connection lives on")
    func chunked() async throws {
        let stream = Stream()
        let client = stream.open()
        #expect(client.text == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try await stream.writer?.write("hello").value
        try await stream.writer?.write("").value
        try await stream.writer?.write(String(repeating: "x", count: 17)).value
        #expect(client.text == "5\r\nhello\r\n11\r\n\(String(repeating: "x", count: 17))\r\n")
        stream.done?.callback(())
        #expect(client.text == "0\r\n\r\n")
        client.receive("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.statuses == [200])
    }

    @Test("trailers follow a body in chunks; one that decides framing cuts the connection")
    func trailers() async throws {
        let stream = Stream()
        let client = stream.open()
        _ = client.takeText()
        stream.writer?.trailers[.eTag] = "\"a\""
        stream.done?.callback(())
        #expect(client.text == "0\r\nETag: \"a\"\r\n\r\n")
        client.receive("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = client.takeText()
        stream.writer?.trailers[.contentLength] = "7"
        stream.done?.callback(())
        #expect(client.text == "")
        #expect(client.isAborted)
    }

    @Test("to HTTP/1.0 the end of the connection is the end of the body")
    func untilClose() async throws {
        let stream = Stream()
        let client = stream.open("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(client.text == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        try await stream.writer?.write("hello").value
        stream.done?.callback(())
        #expect(client.text == "hello")
        #expect(client.isClosing || client.isWriteEnded)
    }

    @Test("a length that is announced is kept, or the connection cut")
    func length() async throws {
        let kept = Stream(length: 5)
        let client = kept.open()
        #expect(client.text == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        try await kept.writer?.write("hello").value
        await #expect(throws: HTTPError.self) { try await kept.writer?.write("!").value }
        kept.done?.callback(())
        #expect(client.text == "hello")
        #expect(!client.isAborted)

        let short = Stream(length: 5)
        let cut = short.open()
        try await short.writer?.write("hell").value
        short.done?.callback(())
        #expect(cut.isAborted)
    }

    @Test("HEAD gets no body, and the function is not called")
    func head() {
        let stream = Stream()
        let client = stream.open("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.text == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(stream.writer == nil)
    }

    @Test("a function that fails cuts the connection, so that nobody takes the part for the whole")
    func fails() {
        let stream = Stream()
        let client = stream.open()
        stream.done?.errback(HTTPError.unserializable("on purpose"))
        #expect(client.isAborted)
        #expect(!client.text.hasSuffix("0\r\n\r\n"))
    }

    @Test("a slow client holds the writer back")
    func backPressure() async throws {
        let stream = Stream()
        let client = stream.open()
        client.producer?.pauseProducing()
        let held = try #require(stream.writer?.write("a"))
        let alsoHeld = try #require(stream.writer?.write("b"))
        #expect(!held.isFired && !alsoHeld.isFired)
        client.producer?.resumeProducing()
        #expect(held.isFired && alsoHeld.isFired)
        try await held.value
    }

    @Test("a client that goes away fails the writer that waits and cancels the function")
    func gone() async throws {
        let stream = Stream()
        let client = stream.open()
        client.producer?.pauseProducing()
        let held = try #require(stream.writer?.write("a"))
        client.lose(.done)
        await #expect(throws: ConnectionLost.done) { try await held.value }
        await #expect(throws: ConnectionLost.done) { try await stream.writer?.write("b").value }
        #expect(stream.wasCancelled)
        #expect(stream.site.clock.delayedCalls.isEmpty)
    }

    @Test("an async function streams a large body through TCP, in the client's time")
    func overTCP() async throws {
        let root = Resource()
        let piece = [UInt8](repeating: 0x78, count: 100_000)
        root.putChild(
            "big",
            FunctionResource { _ in
                .response(
                    .stream(contentType: "text/plain") { body in
                        for _ in 0..<50 { try await body.write(piece).value }
                    })
            })
        let site = Site(root)
        let port = try await site.listen(at: TCPServerEndpoint.loopback()).value
        let client = try await TCPClientEndpoint(port.address).connect { Reader() }.value
        client.transport?.write("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let bytes = try await client.ended.value
        let head = 150
        #expect(bytes > 5_000_000 && bytes < 5_000_000 + 50 * 10 + head)
        port.stopListening()
        try await site.close().value
        #expect(site.connectionCount == 0)
    }

    @Test("a client that asks much and takes nothing is answered only as far as it takes")
    func greedy() async throws {
        let root = Resource()
        var rendered = 0
        root.putChild(
            "big",
            FunctionResource { _ in
                rendered += 1
                return .response(
                    .octets([UInt8](repeating: 0x78, count: 1_000_000), contentType: "text/plain"))
            })
        let site = Site(root)
        let port = try await site.listen(at: TCPServerEndpoint.loopback()).value
        let client = try await TCPClientEndpoint(port.address).connect { Reader() }.value
        client.transport?.pauseReading()
        let request = "GET /big HTTP/1.1\r\nHost: a\r\n\r\n"
        client.transport?.write(String(repeating: request, count: 99))
        client.transport?.write("GET /big HTTP/1.0\r\n\r\n")
        try await deferLater(0.2).value
        #expect(rendered > 0 && rendered < 30)
        client.transport?.resumeReading()
        #expect(try await client.ended.value > 100 * 1_000_000)
        #expect(rendered == 100)
        port.stopListening()
    }

    /// Counts what comes until the connection ends.
    @Reactor
    final class Reader: StreamProtocol {
        var transport: (any StreamTransport)?
        var count = 0
        let ended = Deferred<Int>()
        func connectionMade(_ transport: any StreamTransport) { self.transport = transport }
        func dataReceived(_ bytes: Span<UInt8>) { count += bytes.count }
        func connectionLost(_ reason: ConnectionLost) { ended.callback(count) }
    }
}
