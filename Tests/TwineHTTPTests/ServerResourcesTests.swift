import Foundation
import HTTPTypes
import Testing
import TwineCore
import TwineCred
import TwineTesting

@testable import TwineHTTP

/// A site on memory transports, with a log.
@Reactor
private final class Place {
    let clock = ManualClock()
    let site: Site
    var log: [AccessRecord] = []

    init(_ root: Resource, _ options: Site.Options = Site.Options()) {
        site = Site(root, options: options, clock: clock)
        site.accessLog = { [weak self] in self?.log.append($0) }
    }

    func connect() -> MemoryTransport {
        let transport = MemoryTransport()
        if let connection = site.connection(from: transport.peer) { transport.attach(connection) }
        return transport
    }

    func ask(_ request: String) -> String {
        let client = connect()
        client.receive(request)
        return client.text
    }
}

@Suite(.timeLimit(.minutes(1)))
@Reactor
struct ServerResourcesTests {
    private func header(_ name: String, _ password: String) -> String {
        "Authorization: Basic \(Data("\(name):\(password)".utf8).base64EncodedString())\r\n"
    }

    @Test("a guard lets in who logs in, and tells the resource who it is")
    func guarded() {
        let inner = FunctionResource { .response(.text("hello \($0.user ?? "?")")) }
        let place = Place(
            GuardResource("a \"realm\"", [InMemoryChecker(["ann": "se:cret"])], inner))
        let good = place.ask("GET / HTTP/1.1\r\nHost: x\r\n\(header("ann", "se:cret"))\r\n")
        #expect(good.hasPrefix("HTTP/1.1 200 OK") && good.hasSuffix("hello ann"))
        for field in [
            "", header("ann", "wrong"), header("bob", "se:cret"), "Authorization: Bearer x\r\n",
            "Authorization: Basic\r\n", "Authorization: Basic ###\r\n",
            "Authorization: Basic YW5u\r\n",
        ] {
            for method in ["GET", "POST", "DELETE"] {
                let bad = place.ask("\(method) / HTTP/1.1\r\nHost: x\r\n\(field)\r\n")
                #expect(bad.hasPrefix("HTTP/1.1 401 Unauthorized"), "\(field)")
                #expect(
                    bad.contains(
                        "WWW-Authenticate: Basic realm=\"a \\\"realm\\\"\", charset=\"UTF-8\"\r\n"))
            }
        }
        #expect(place.log.first?.user == "ann" && place.log.last?.user == nil)
    }

    @Test("a login that takes its time holds the body back, and then the request goes on")
    func slowLogin() {
        let answer = Deferred<Bool>()
        let inner = FunctionResource(methods: [.get, .post]) {
            .response(.text("got \($0.body.count)"))
        }
        let place = Place(GuardResource("x", [FunctionChecker { _ in answer }], inner))
        let client = place.connect()
        client.receive(
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\(header("a", "b"))\r\nhel")
        client.receive("lo")
        client.receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(client.text.isEmpty && client.isReadingPaused)
        answer.callback(true)
        let text = client.text
        #expect(text.contains("got 5") && text.contains("401 Unauthorized"), "\(text)")
    }

    @Test("a client that goes away cancels the login")
    func cancelledLogin() {
        var isCancelled = false
        let answer = Deferred<Bool>(canceller: { _ in isCancelled = true })
        let place = Place(
            GuardResource(
                "x", [FunctionChecker { _ in answer }],
                FunctionResource { _ in
                    .response(.text("x"))
                }))
        let client = place.connect()
        client.receive("GET / HTTP/1.1\r\nHost: x\r\n\(header("a", "b"))\r\n")
        client.lose(.lost(SystemError(errno: ECONNRESET)))
        #expect(isCancelled)
        #expect(place.log.map(\.status) == [0] && place.log.map(\.isComplete) == [false])
    }

    @Test("a delay comes before everything, errors too")
    func delayed() {
        let root = Resource()
        root.putChild("a", StaticResource.text("here"))
        let clock = ManualClock()
        let site = Site(DelayedResource(root, by: 2, clock: clock), clock: clock)
        for (path, status) in [("/a", "200"), ("/b", "404")] {
            let client = MemoryTransport()
            if let connection = site.connection(from: client.peer) { client.attach(connection) }
            client.receive("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            clock.advance(1.9)
            #expect(client.text.isEmpty)
            clock.advance(0.2)
            #expect(client.text.hasPrefix("HTTP/1.1 \(status)"))
        }
    }

    @Test("CORS: every answer may be read, and a preflight is answered")
    func cors() {
        let root = Resource()
        root.putChild("a", StaticResource.text("here"))
        let place = Place(CORSResource(root))
        for path in ["/a", "/missing"] {
            #expect(
                place.ask("GET \(path) HTTP/1.1\r\nHost: x\r\nOrigin: http://y\r\n\r\n")
                    .contains("Access-Control-Allow-Origin: *\r\n"))
        }
        let preflight = place.ask(
            "OPTIONS /a HTTP/1.1\r\nHost: x\r\nAccess-Control-Request-Method: PUT\r\n"
                + "Access-Control-Request-Headers: x-a\r\n\r\n")
        #expect(preflight.hasPrefix("HTTP/1.1 204"))
        #expect(preflight.contains("Access-Control-Allow-Methods: PUT\r\n"))
        #expect(preflight.contains("Access-Control-Allow-Headers: x-a\r\n"))
    }

    @Test("the log: status, octets, time and what the client says of itself, and no forged lines")
    func log() {
        let root = Resource()
        root.putChild("a", StaticResource.text("12345"))
        let place = Place(root)
        _ = place.ask(
            "GET /a?%22\"x HTTP/1.1\r\nHost: x\r\nUser-Agent: a\"b\\c\r\nReferer: http://y/\r\n\r\n"
                + "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.0\r\n\r\n")
        #expect(place.log.map(\.status) == [200, 200, 404])
        #expect(place.log.map(\.octets).prefix(2) == [5, 0])
        #expect(!place.log.map(\.isComplete).contains(false))
        var record = place.log[0]
        record.time = 1_700_000_000
        #expect(
            record.combined.hasSuffix(
                "- - [14/Nov/2023:22:13:20 +0000] \"GET /a?%22\\x22x HTTP/1.1\" 200 5 "
                    + "\"http://y/\" \"a\\x22b\\x5cc\""), "\(record.combined)")
    }

    // MARK: Uploads

    private func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("twine-\(UInt32.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(
            atPath: path + "/sub", withIntermediateDirectories: true)
        return path
    }

    private func uploads(to path: String, limit: Int = 1000) throws -> Place {
        var options = FolderResource.Options()
        options.takesUploads = true
        var siteOptions = Site.Options()
        siteOptions.bodyLimit = limit
        return Place(try FolderResource(path, options: options), siteOptions)
    }

    private func put(_ path: String, _ body: String, _ fields: String = "") -> String {
        "PUT \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }

    @Test("PUT makes a file, replaces one, and leaves nothing else behind")
    func upload() throws {
        let path = try folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let place = try uploads(to: path)
        #expect(place.ask(put("/sub/a%20b", "hello")).hasPrefix("HTTP/1.1 201 Created"))
        #expect(place.ask(put("/sub/a%20b", "other")).hasPrefix("HTTP/1.1 204"))
        #expect(try String(contentsOfFile: path + "/sub/a b", encoding: .utf8) == "other")
        #expect(place.ask(put("/empty", "")).hasPrefix("HTTP/1.1 201"))
        #expect(
            place.ask(
                "PUT /chunks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
            ).hasPrefix("HTTP/1.1 201"))
        #expect(try String(contentsOfFile: path + "/chunks", encoding: .utf8) == "abcde")
        #expect(
            try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
                == ["chunks", "empty", "sub", "sub/a b"])
    }

    @Test(
        "PUT where it must not be",
        arguments: [
            ("/sub", "", 409), ("/sub/", "", 403), ("/", "", 403), ("/no/a", "", 409),
            ("/.hidden", "", 403), ("/sub%2fx", "", 403), ("/../x", "", 400),
            ("/there/x", "", 409), ("/new", "If-Match: *\r\n", 412),
            ("/there", "If-None-Match: *\r\n", 412), ("/there", "If-Match: \"x\"\r\n", 412),
            ("/new", "Content-Range: bytes 0-1/2\r\n", 400),
            ("/" + String(repeating: "n", count: 256), "", 400),
        ])
    func refusedUploads(_ target: String, _ fields: String, _ status: Int) throws {
        let path = try folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "old".write(toFile: path + "/there", atomically: true, encoding: .utf8)
        let place = try uploads(to: path)
        let answer = place.ask(put(target, "x", fields))
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(target) \(fields): \(answer)")
        #expect(
            try FileManager.default.subpathsOfDirectory(atPath: path).sorted() == ["sub", "there"])
        #expect(try String(contentsOfFile: path + "/there", encoding: .utf8) == "old")
    }

    @Test("an upload that breaks off or is too long leaves nothing behind")
    func brokenUpload() throws {
        let path = try folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let place = try uploads(to: path, limit: 10)
        let head = "PUT /a HTTP/1.1\r\nHost: x\r\n"
        var client = place.connect()
        client.receive(head + "Content-Length: 9\r\n\r\nabc")
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).count == 2)
        client.lose(.lost(SystemError(errno: ECONNRESET)))
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["sub"])
        client = place.connect()
        client.receive(head + "Content-Length: 9\r\n\r\nabc")
        client.receiveEnd()
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["sub"])
        #expect(place.ask(head + "Content-Length: 11\r\n\r\n").hasPrefix("HTTP/1.1 413"))
        let chunked = place.ask(head + "Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n")
        #expect(chunked.hasPrefix("HTTP/1.1 413"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["sub"])
    }
}
