import HTTPTypes
import Testing
import TwineCore
import TwineHTTP
import TwineTesting

@Suite("The HTTP client: connections that are kept")
@Reactor
struct ClientPoolTests {
    let net = ClientNet()

    func page(_ client: HTTPClient, _ url: String) -> Outcome<String> {
        Outcome(client.getPage(url).addCallback { text($0) })
    }

    @Test("the next request to an origin uses the same connection")
    func reuses() {
        let client = net.client()
        for name in ["one", "two", "three"] {
            let answer = page(client, "http://a/\(name)")
            #expect(net.lines(0) == ["GET /\(name) HTTP/1.1"])
            net.transports[0].receive(response(name))
            #expect(answer.value == name)
        }
        #expect(net.origins.count == 1)
        _ = page(client, "http://a:81/")
        _ = page(client, "https://a/")
        _ = page(client, "http://b/")
        #expect(net.origins.count == 4)
    }

    @Test("a request made in the callback of the last one finds the connection free")
    func reusesAtOnce() {
        let client = net.client()
        let second = Outcome(
            client.getPage("http://a/1").addCallback { _ in client.getPage("http://a/2") })
        net.transports[0].receive(response("one"))
        #expect(net.lines(0) == ["GET /1 HTTP/1.1", "GET /2 HTTP/1.1"])
        net.transports[0].receive(response("two"))
        #expect(second.value.map(text) == "two")
        #expect(net.origins.count == 1)
    }

    @Test("a connection that the server does not keep is not kept here")
    func obeysClose() {
        let client = net.client()
        for input in [
            response("x", "200 OK", "Connection: close\r\n"),
            "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
            response("x") + "more",
        ] {
            let answer = page(client, "http://a/")
            net.transports.last?.receive(input)
            #expect(answer.value == "x")
            #expect(client.connectionCount == 0)
        }
        #expect(net.origins.count == 3)
    }

    @Test("an idle connection is closed in time, and time does not run for one in use")
    func closesIdleOnes() {
        let client = net.client { $0.keepAlive = 10 }
        for url in ["http://a/", "http://b/"] {
            _ = page(client, url)
            net.transports.last?.receive(response("x"))
            net.clock.advance(4)
        }
        #expect(client.idleConnectionCount == 2)
        _ = page(client, "http://a/")
        net.clock.advance(5)
        net.transports[0].receive(response("x"))
        net.clock.advance(1)
        #expect(client.idleConnectionCount == 1)
        #expect(net.transports[1].isClosing)
        net.clock.advance(9)
        #expect(client.connectionCount == 0)
        #expect(net.clock.delayedCalls.isEmpty)
    }

    @Test("octets that answer nothing close an idle connection")
    func closesOnUnexpectedData() {
        let client = net.client()
        _ = page(client, "http://a/")
        net.transports[0].receive(response("x"))
        net.transports[0].receive(response("408", "408 Request Timeout"))
        #expect(client.connectionCount == 0)
        let answer = page(client, "http://a/")
        net.transports[1].receive(response("y"))
        #expect(answer.value == "y")
    }

    @Test("an idle connection that the server closes is forgotten")
    func forgetsClosedOnes() {
        let client = net.client()
        _ = page(client, "http://a/")
        net.transports[0].receive(response("x"))
        net.transports[0].lose()
        #expect(client.connectionCount == 0)
        _ = page(client, "http://a/")
        #expect(net.origins.count == 2)
    }

    @Test("a request that met a dead kept connection is sent again, once, if that is harmless")
    func retriesStaleConnections() {
        let client = net.client()
        _ = page(client, "http://a/")
        net.transports[0].receive(response("x"))
        let again = page(client, "http://a/again")
        net.transports[0].lose(.lost(SystemError(errno: 104)))
        #expect(net.lines(1) == ["GET /again HTTP/1.1"])
        net.transports[1].lose()
        #expect(again.error == .noResponse)
        #expect(net.origins.count == 2)

        _ = page(client, "http://a/")
        net.transports[2].receive(response("x"))
        let post = Outcome(client.request("http://a/", method: .post))
        net.transports[2].lose()
        #expect(post.error == .noResponse)
        #expect(net.origins.count == 3)

        _ = page(client, "http://a/")
        net.transports[3].receive(response("x"))
        let begun = page(client, "http://a/")
        net.transports[3].receive("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nx")
        net.transports[3].lose()
        #expect(begun.error == .truncated(received: 1, expected: 3))
    }

    @Test("a 408 on a kept connection is the server's farewell, not the answer")
    func retriesAfterFarewell() {
        let client = net.client()
        for farewell in [
            response("", "408 Request Timeout", "Connection: close\r\n"),
            response("late", "408 Request Timeout", "Connection: close\r\n"),
        ] {
            _ = page(client, "http://a/")
            net.transports.last?.receive(response("x"))
            let again = page(client, "http://a/again")
            net.transports.last?.receive(farewell)
            #expect(net.lines(net.transports.count - 1) == ["GET /again HTTP/1.1"])
            net.transports.last?.receive(farewell)
            #expect(again.error == .status(code: 408, reason: "Request Timeout"))
        }
        #expect(client.connectionCount == 0)
    }

    @Test("requests above the limit of a host wait their turn")
    func limitsHosts() {
        let client = net.client { $0.maxConnectionsPerHost = 2 }
        let answers = (0..<5).map { page(client, "http://a/\($0)") }
        #expect(net.origins.count == 2)
        net.transports[0].receive(response("zero"))
        #expect(net.lines(0) == ["GET /0 HTTP/1.1", "GET /2 HTTP/1.1"])
        // A connection that closes makes room for another one.
        net.transports[1].receive(response("one", "200 OK", "Connection: close\r\n"))
        #expect(net.lines(2) == ["GET /3 HTTP/1.1"])
        net.transports[2].receive(response("three"))
        net.transports[2].receive(response("four"))
        net.transports[0].receive(response("two"))
        #expect(answers.compactMap(\.value) == ["zero", "one", "two", "three", "four"])
        #expect(net.origins.count == 3)
    }

    @Test("requests above the limit of all wait their turn, and idle connections make way")
    func limitsAll() {
        let client = net.client { $0.maxConnections = 2 }
        let answers = ["a", "b", "c", "d"].map { page(client, "http://\($0)/") }
        #expect(net.origins.count == 2)
        net.transports[0].receive(response("a"))
        #expect(net.transports[0].isClosing)
        #expect(net.origins.map(\.host) == ["a", "b", "c"])
        net.transports[1].receive(response("b"))
        net.transports[2].receive(response("c"))
        net.transports[3].receive(response("d"))
        #expect(answers.compactMap(\.value) == ["a", "b", "c", "d"])
        #expect(client.idleConnectionCount == 2)
        _ = page(client, "http://e/")
        #expect(client.connectionCount == 2)
        #expect(net.origins.last?.host == "e")
    }

    @Test("an attempt that fails makes room for who waits")
    func failsAndGoesOn() {
        let client = net.client { $0.maxConnections = 1 }
        net.holds = true
        let first = page(client, "http://a/")
        let second = page(client, "http://b/")
        let third = page(client, "http://b/")
        net.holds = false
        net.clock.advance(30)
        #expect(first.error == .timeout(.connect, seconds: 30))
        net.transports[0].receive(response("b"))
        net.transports[0].receive(response("c"))
        #expect(second.value == "b")
        #expect(third.value == "c")
    }

    @Test("one that waits and is given up is not served")
    func cancelsWaiting() {
        let client = net.client { $0.maxConnectionsPerHost = 1 }
        let first = page(client, "http://a/1")
        let waiting = client.request("http://a/2")
        let second = Outcome(waiting)
        let third = page(client, "http://a/3")
        waiting.cancel()
        #expect(second.isCancelled)
        net.transports[0].receive(response("one"))
        #expect(net.lines(0) == ["GET /1 HTTP/1.1", "GET /3 HTTP/1.1"])
        net.transports[0].receive(response("three"))
        #expect(first.value == "one")
        #expect(third.value == "three")
    }

    @Test("no more idle connections are kept than the options say")
    func limitsIdleOnes() {
        let client = net.client { $0.maxIdleConnections = 3 }
        for number in 0..<200 {
            _ = page(client, "http://host\(number)/")
            net.transports.last?.receive(response("x"))
        }
        #expect(client.idleConnectionCount == 3)
        #expect(client.connectionCount == 3)
        #expect(net.transports.filter { !$0.isClosing }.count == 3)
    }

    @Test("a client that is dropped closes what it kept")
    func dropsClients() {
        do {
            let client = net.client()
            _ = page(client, "http://a/")
            net.transports[0].receive(response("x"))
        }
        #expect(net.transports[0].isClosing)
    }

    // MARK: Time

    @Test("each limit of time has its name")
    func timesOut() {
        let timeouts = HTTPTimeouts(connect: 1, response: 2, idle: 3, total: 8)
        let client = net.client { $0.timeouts = timeouts }
        net.holds = true
        let connecting = page(client, "http://a/")
        net.clock.advance(1)
        #expect(connecting.error == .timeout(.connect, seconds: 1))
        #expect(net.cancelled == 1)
        net.holds = false
        let silent = page(client, "http://a/")
        net.clock.advance(1.9)
        #expect(silent.result == nil)
        net.clock.advance(0.1)
        #expect(silent.error == .timeout(.response, seconds: 2))
        let stalled = page(client, "http://b/")
        net.transports[1].receive("HTTP/1.1 200 OK\r\n\r\nx")
        net.clock.advance(2.9)
        net.transports[1].receive("x")
        net.clock.advance(2.9)
        #expect(stalled.result == nil)
        net.clock.advance(0.1)
        #expect(stalled.error == .timeout(.idle, seconds: 3))
        let slow = page(client, "http://c/")
        net.transports[2].receive("HTTP/1.1 200 OK\r\n\r\nx")
        for _ in 0..<7 {
            net.clock.advance(1)
            net.transports[2].receive("x")
        }
        #expect(slow.result == nil)
        net.clock.advance(1)
        #expect(slow.error == .timeout(.total, seconds: 8))
        #expect(client.connectionCount == 0)
        #expect(net.clock.delayedCalls.isEmpty)
    }

    @Test("waiting for a turn is no part of connecting, but of the whole")
    func timesWaiting() {
        let client = net.client {
            $0.maxConnectionsPerHost = 1
            $0.timeouts = HTTPTimeouts(connect: 1, response: nil, idle: nil, total: 100)
        }
        _ = page(client, "http://a/1")
        let second = page(client, "http://a/2")
        net.clock.advance(50)
        #expect(second.result == nil)
        net.clock.advance(50)
        #expect(second.error == .timeout(.total, seconds: 100))
    }
}
