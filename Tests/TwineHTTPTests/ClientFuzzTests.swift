import HTTPTypes
import Testing
import TwineCore
import TwineHTTP
import TwineTesting

@Suite("The HTTP client against any server and any caller")
@Reactor
struct ClientFuzzTests {
    static let pieces = [
        response("hello"), response(""), redirect("/next"), redirect("http://b/"),
        redirect("nonsense://"), response("sorry", "404 Not Found"), "HTTP/1.1 100 C\r\n\r\n",
        "HTTP/1.1 204 No\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nuntil the end",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npart",
        "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\npart", "octets of no response",
        "HTTP/1.1 101 S\r\n\r\n", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nno",
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", "\r\n", "x",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone",
        "HTTP/1.1 302 F\r\nLocation: /n\r\nContent-Length: 70000\r\n\r\n" + "...",
    ]

    @Test("every request ends, and nothing is left behind", arguments: 1...150)
    func endsEveryRequest(_ seed: Int) async {
        var random = SplitMix(seed: UInt64(seed))
        let net = ClientNet()
        net.holds = seed % 3 == 0
        let client = net.client {
            $0.decodesContent = true
            $0.isTolerant = seed % 2 == 0
            $0.maxConnectionsPerHost = Int.random(in: 1...3, using: &random)
            $0.maxConnections = Int.random(in: 1...5, using: &random)
            $0.maxIdleConnections = Int.random(in: 0...3, using: &random)
            $0.maxRedirects = 3
            $0.timeouts = HTTPTimeouts(connect: 5, response: 5, idle: 5, total: 60)
        }
        let world = World(net, client)
        for _ in 0..<200 { world.step(&random) }
        // Whoever still waits is ended by time; whoever holds a response lets it go.
        world.requests = []
        net.holds = false
        net.admit()
        for _ in 0..<30 {
            for response in world.responses { response.resume() }
            net.clock.advance(10)
        }
        world.responses = []
        let unended = world.ended.enumerated().filter { $0.element == 0 }.map(\.offset)
        #expect(unended.isEmpty, "never ended: \(unended)")
        #expect(world.ended.allSatisfy { $0 <= 1 })
        let open = net.transports.filter { !$0.isClosing && !$0.isAborted && !world.lost($0) }
        #expect(open.count == client.connectionCount)
        #expect(client.idleConnectionCount == client.connectionCount)
        client.close()
        #expect(client.connectionCount == 0)
        #expect(net.clock.delayedCalls.isEmpty)
    }

    /// A caller and a server that do anything at any time.
    @Reactor
    final class World {
        let net: ClientNet
        let client: HTTPClient
        var requests: [Deferred<HTTPClient.Response>] = []
        var responses: [HTTPClient.Response] = []
        /// How often each thing that was begun has ended.
        var ended: [Int] = []
        private var gone: Set<ObjectIdentifier> = []
        private var taken: Set<ObjectIdentifier> = []

        init(_ net: ClientNet, _ client: HTTPClient) {
            self.net = net
            self.client = client
        }

        func lost(_ transport: MemoryTransport) -> Bool {
            gone.contains(ObjectIdentifier(transport))
        }

        func step(_ random: inout SplitMix) {
            switch Int.random(in: 0...19, using: &random) {
            case 0...3: request(&random)
            case 4...11: serve(&random)
            case 12: lose(&random)
            case 13: net.admit()
            case 14: requests.randomElement(using: &random)?.cancel()
            case 15: net.clock.advance(Double(Int.random(in: 0...4, using: &random)))
            case 16...17: take(&random)
            case 18: responses.randomElement(using: &random)?.pause()
            default: responses.randomElement(using: &random)?.resume()
            }
        }

        private func request(_ random: inout SplitMix) {
            let host = ["a", "b", "c"].randomElement(using: &random) ?? "a"
            let methods: [HTTPRequest.Method] = [.get, .get, .post, .head]
            let number = ended.count
            ended.append(0)
            let again = Bool.random(using: &random)
            let request = client.request(
                "http://\(host)/\(number)", method: methods.randomElement(using: &random) ?? .get)
            requests.append(request)
            request.addBoth { [weak self] result in
                self?.ended[number] += 1
                guard case .success(let response) = result else { return }
                if again {
                    self?.client.request("http://a/again").addBoth { _ in }
                }
                self?.responses.append(response)
            }
        }

        private func take(_ random: inout SplitMix) {
            guard let index = responses.indices.randomElement(using: &random) else { return }
            let response = responses[index]
            if !taken.insert(ObjectIdentifier(response)).inserted { return }
            responses.remove(at: index)
            let number = ended.count
            ended.append(0)
            let wanted = Int.random(in: 0...5, using: &random)
            let body: Deferred<Void>
            if wanted == 0 {
                body = response.collect().addCallback { _ in () }
            } else {
                var left = wanted
                body = response.receive { _ in
                    left -= 1
                    if left == 2 { response.pause() }
                    if left == 2, wanted == 4 { response.resume() }
                    return left > 0
                }
            }
            // Half of them are dropped, unless a function above holds them to end its pause.
            if wanted != 0 || ended.count % 2 == 0 { responses.append(response) }
            body.addBoth { [weak self] _ in self?.ended[number] += 1 }
        }

        private func serve(_ random: inout SplitMix) {
            guard let transport = net.transports.suffix(6).randomElement(using: &random) else {
                return
            }
            let input = bytes(ClientFuzzTests.pieces.randomElement(using: &random) ?? "")
            let cuts = Cuts.random(seed: random.next())
            let pieces = Bool.random(using: &random) ? [input] : cuts.pieces(of: input)
            for piece in pieces { transport.receive(piece) }
        }

        private func lose(_ random: inout SplitMix) {
            guard let transport = net.transports.suffix(6).randomElement(using: &random),
                !transport.isClosing, !transport.isAborted
            else { return }
            gone.insert(ObjectIdentifier(transport))
            transport.lose(
                Bool.random(using: &random) ? .done : .lost(SystemError(errno: 104)))
        }
    }
}
