import HTTPTypes
import Testing
import TwineCore
import TwineHTTP
import TwineTesting

@Suite("The HTTP client: redirects")
@Reactor
struct ClientRedirectTests {
    let net = ClientNet()

    @Test("a redirect is followed, over the same connection where it can be, and remembered")
    func follows() throws {
        let outcome = Outcome(net.client().request("http://a/x/y"))
        net.transports[0].receive(redirect("../z?q", "301 Moved Permanently"))
        #expect(net.lines(0) == ["GET /x/y HTTP/1.1", "GET /z?q HTTP/1.1"])
        net.transports[0].receive(redirect("http://b/"))
        #expect(net.lines(1) == ["GET / HTTP/1.1"])
        net.transports[1].receive(response("there"))
        let answer = try #require(outcome.value)
        #expect(answer.url.serialization == "http://b/")
        #expect(answer.redirects.map(\.status) == [301, 302])
        #expect(
            answer.redirects.map(\.from.serialization) == ["http://a/x/y", "http://a/z?q"])
        #expect(answer.redirects.map(\.to.serialization) == ["http://a/z?q", "http://b/"])
        #expect(Outcome(answer.collect()).value.map(text) == "there")
    }

    @Test("the body of a redirect is read over if it is short, else its connection is closed")
    func skipsBodies() {
        let client = net.client()
        _ = Outcome(client.request("http://a/"))
        net.transports[0].receive(response("go there", "302 Found", "Location: /1\r\n"))
        #expect(net.lines(0) == ["GET / HTTP/1.1", "GET /1 HTTP/1.1"])
        net.transports[0].receive(
            "HTTP/1.1 302 Found\r\nLocation: /2\r\nContent-Length: 1000000\r\n\r\nlong")
        #expect(net.transports[0].isAborted)
        #expect(net.lines(1) == ["GET /2 HTTP/1.1"])
        net.transports[1].receive(
            "HTTP/1.1 302 Found\r\nLocation: /3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
        )
        #expect(net.lines(1) == ["GET /3 HTTP/1.1"])
    }

    static let methods: [(String, HTTPRequest.Method, HTTPRequest.Method, Bool)] = [
        ("301 M", .post, .get, false), ("302 F", .post, .get, false), ("303 S", .post, .get, false),
        ("303 S", .put, .get, false), ("303 S", .head, .head, true), ("307 T", .post, .post, true),
        ("308 P", .post, .post, true), ("301 M", .put, .put, true), ("302 F", .head, .head, true),
        ("302 F", .delete, .delete, true),
    ]

    @Test("the method and the body stay or go as the status says")
    func changesMethods() {
        for (status, method, next, keeps) in Self.methods {
            let body: HTTPClient.Request.Body = method == .head ? .none : .bytes(bytes("body"))
            _ = Outcome(
                net.client().request(
                    "http://a/", method: method, fields: [.contentType: "t/x"], body: body))
            let transport = net.transports[net.transports.count - 1]
            _ = transport.takeText()
            transport.receive(
                method == .head
                    ? "HTTP/1.1 \(status)\r\nLocation: /n\r\n\r\n" : redirect("/n", status))
            let sent = transport.takeText()
            #expect(sent.hasPrefix("\(next) /n HTTP/1.1\r\n"), "\(status) \(method)")
            #expect(sent.contains("Content-Type") == keeps, "\(status) \(method)")
            #expect(sent.hasSuffix("body") == (keeps && method != .head), "\(status) \(method)")
        }
    }

    @Test("credentials are not carried to another origin")
    func keepsCredentials() {
        let fields: HTTPFields = [.authorization: "secret", .cookie: "c=d", .accept: "x/y"]
        let client = net.client()
        _ = Outcome(client.request("http://a/", fields: fields))
        _ = net.transports[0].takeText()
        net.transports[0].receive(redirect("/same"))
        let same = net.transports[0].takeText()
        #expect(same.contains("secret") && same.contains("c=d"))
        net.transports[0].receive(redirect("http://a:81/"))
        let other = net.transports[1].takeText()
        #expect(!other.contains("secret") && !other.contains("c=d") && other.contains("x/y"))
        net.transports[1].receive(redirect("http://a/"))
        let back = net.transports[0].takeText()
        #expect(!back.contains("secret") && !back.contains("c=d"))
        _ = Outcome(client.request("http://user@a/"))
        _ = net.transports[2].takeText()
        net.transports[2].receive(redirect("http://b/"))
        #expect(!net.transports[3].takeText().contains("Authorization"))
    }

    @Test("a fragment is inherited where the location has none")
    func inheritsFragments() {
        let client = net.client()
        let first = Outcome(client.request("http://a/#one"))
        net.transports[0].receive(redirect("/x"))
        net.transports[0].receive(response(""))
        #expect(first.value?.url.serialization == "http://a/x#one")
        let second = Outcome(client.request("http://a/#one"))
        net.transports[0].receive(redirect("/x#two"))
        net.transports[0].receive(response(""))
        #expect(second.value?.url.serialization == "http://a/x#two")
    }

    @Test("redirects without end are ended")
    func limitsRedirects() {
        let client = net.client { $0.maxRedirects = 3 }
        let outcome = Outcome(client.request("http://a/"))
        for _ in 0..<4 { net.transports[0].receive(redirect("/")) }
        #expect(outcome.error == .tooManyRedirects(limit: 3))
        #expect(client.idleConnectionCount == 1)
        let none = net.client { $0.maxRedirects = 0 }
        let plain = Outcome(none.request("http://b/"))
        net.transports[1].receive(redirect("/x"))
        #expect(plain.value?.status.code == 302)
    }

    @Test("a location that leads nowhere is an error; a status without one is the answer")
    func refusesLocations() {
        for location in ["http://", "ftp://a/", "mailto:a@b", "http://a:x/", "javascript:1"] {
            let outcome = Outcome(net.client().request("http://a/"))
            net.transports.last?.receive(redirect(location))
            #expect(outcome.error == .invalidRedirect(location: location))
        }
        let two = Outcome(net.client().request("http://a/"))
        net.transports.last?.receive(
            response("", "302 Found", "Location: /1\r\nLocation: /2\r\n"))
        #expect(two.error == .invalidRedirect(location: "/1"))
        let none = Outcome(net.client().request("http://a/"))
        net.transports.last?.receive(response("", "302 Found"))
        #expect(none.value?.status.code == 302)
        let other = Outcome(net.client().request("http://a/"))
        net.transports.last?.receive(response("", "304 Not Modified", "Location: /1\r\n"))
        #expect(other.value?.status.code == 304)
    }

    @Test("a request that is given up while it is redirected stops")
    func cancels() {
        let client = net.client()
        let request = client.request("http://a/")
        let outcome = Outcome(request)
        net.holds = true
        net.transports[0].receive(redirect("http://b/"))
        request.cancel()
        #expect(outcome.isCancelled)
        #expect(net.cancelled == 1)
    }

    @Test("one limit of time holds for all redirects together")
    func timesOut() {
        let client = net.client { $0.timeouts.total = 10 }
        let outcome = Outcome(client.request("http://a/"))
        for _ in 0..<9 {
            net.clock.advance(1)
            net.transports[0].receive(redirect("/"))
        }
        #expect(outcome.result == nil)
        net.clock.advance(1)
        #expect(outcome.error == .timeout(.total, seconds: 10))
    }
}
