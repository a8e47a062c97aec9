import HTTPTypes
import Testing
import TwineCore
import TwineDNS
import TwineTLS

@testable import TwineHTTP

/// A name server that speaks HTTP/2: each query comes back with the bit of a reply set.
@Reactor
private final class EchoNameServer: StreamProtocol {
    private var start: [UInt8] = []
    private var hasPreface = false
    private var parser = HTTP2FrameParser()
    private var transport: (any StreamTransport)?

    func connectionMade(_ transport: any StreamTransport) { self.transport = transport }

    func dataReceived(_ bytes: Span<UInt8>) {
        if hasPreface {
            parser.receive(bytes)
        } else {
            start.appendOctets(bytes)
            let preface = HTTP2ClientConnection.preface
            guard start.count >= preface.count else { return }
            guard start.starts(with: preface) else { return transport?.abortConnection() ?? () }
            hasPreface = true
            transport?.write(HTTP2Wire.settings())
            start.removeFirst(preface.count)
            parser.receive(start.span)
        }
        while let frame = try? parser.nextFrame() {
            guard case .data(let stream, var octets, _, true) = frame else { continue }
            octets[2] |= 0x80
            transport?.write(HTTPSChannelNet.reply(stream, octets))
        }
    }
}

/// Waits for one reply.
@Reactor
private final class OneReply: DNSReplyReceiver {
    let deferred = Deferred<[UInt8]>()

    func querySent(on channel: any DNSChannel) {}

    func messageReceived(_ message: Span<UInt8>) -> DNSReceipt {
        deferred.callback([UInt8](message.octets()))
        return .finished
    }

    func exchangeFailed(_ error: DNSChannelError) { deferred.errback(error) }
}

@Suite("DNS over HTTPS over real sockets", .timeLimit(.minutes(1)))
@Reactor
struct HTTPSChannelLoopbackTests {
    private let query = HTTPSChannelTests.query
    private var reply: [UInt8] {
        var reply = query
        reply[2] |= 0x80
        return reply
    }

    private func ask(_ channel: HTTPSChannel) -> Deferred<[UInt8]> {
        let receiver = OneReply()
        channel.send(query, timeout: 20, to: receiver)
        return receiver.deferred
    }

    private func contexts(
        _ server: [String], verifies: Bool = true, trusts: Bool = true
    ) throws -> (server: TLSContext, client: TLSContext) {
        let made = try SelfSignedCertificate(names: ["localhost"])
        var served = TLSOptions()
        served.certificate = made.certificate
        served.privateKey = made.privateKey
        served.applicationProtocols = server
        var options = TLSOptions()
        options.applicationProtocols = HTTPSChannel.applicationProtocols
        if trusts { options.authorities = made.certificate }
        return (try TLSContext(.server, served), try TLSContext(.client, options))
    }

    @Test("a server that chooses h2 answers many queries over one connection")
    func http2() async throws {
        let (server, client) = try contexts(["h2"])
        var connections = 0
        let port = try await TCPServerEndpoint.loopback().listen(
            serveTLS(server) { _ in
                connections += 1
                return EchoNameServer()
            }
        ).value
        let channel = HTTPSChannel(
            to: port.address, host: "localhost", path: "/dns-query", tls: client)
        let replies = (0..<200).map { _ in ask(channel) }
        for answer in replies { #expect(try await answer.value == reply) }
        #expect(connections == 1 && channel.local?.ip == .loopback4)
        channel.close()
        port.stopListening()
    }

    @Test("octets that go before TLS, and octets within it", arguments: [true, false])
    func preamble(_ isSecure: Bool) async throws {
        let (server, client) = try contexts(["h2"])
        let first = Array("PROXY UNKNOWN\r\n".utf8)
        let second = Array("and within\r\n".utf8)
        var seen: [UInt8] = []
        let inner: @Reactor () -> Stripped = {
            Stripped(EchoNameServer(), second.count) { seen += $0 }
        }
        let secure = serveTLS(server) { _ in inner() }
        let port = try await TCPServerEndpoint.loopback().listen { peer in
            let user: (any StreamProtocol)? = isSecure ? secure(peer) : inner()
            return user.map { user in Stripped(user, first.count) { seen += $0 } }
        }.value
        let channel = HTTPSChannel(
            to: port.address, host: "localhost", path: "/dns-query",
            tls: isSecure ? client : nil, preamble: first, header: second)
        #expect(try await ask(channel).value == reply)
        #expect(seen == first + second)
        channel.close()
        port.stopListening()
    }

    @Test("a server that chooses HTTP/1.1, or nothing, is spoken to so", arguments: [true, false])
    func http1(_ chooses: Bool) async throws {
        let (server, client) = try contexts(chooses ? ["http/1.1"] : [])
        let root = Resource()
        root.putChild(
            "dns-query",
            FunctionResource(methods: [.post], isLeaf: true) { request in
                var octets = request.body
                octets[2] |= 0x80
                return .response(.octets(octets, contentType: "application/dns-message"))
            })
        let site = Site(root)
        let port = try await TCPServerEndpoint.loopback().listen(
            serveTLS(server) { site.connection(from: $0) }
        ).value
        let channel = HTTPSChannel(
            to: port.address, host: "localhost", path: "/dns-query", tls: client)
        let replies = (0..<5).map { _ in ask(channel) }
        for answer in replies { #expect(try await answer.value == reply) }
        #expect(site.connectionCount == 1)
        channel.close()
        port.stopListening()
        _ = try await site.close(grace: 0).value
    }

    @Test("a certificate that is not trusted, and a port where nobody listens, are told")
    func failures() async throws {
        let (server, client) = try contexts(["h2"], trusts: false)
        let port = try await TCPServerEndpoint.loopback().listen(
            serveTLS(server) { _ in EchoNameServer() }
        ).value
        let address = port.address
        let channel = HTTPSChannel(
            to: address, host: "localhost", path: "/dns-query", tls: client)
        await #expect(throws: DNSChannelError.notSecure(.selfSigned(host: "localhost"))) {
            try await ask(channel).value
        }
        port.stopListening()
        await #expect(throws: DNSChannelError.notConnected(.refused(address))) {
            try await ask(channel).value
        }
        channel.close()
    }

    @Test("an address that this machine does not have cannot be bound to")
    func bind() async throws {
        let port = try await TCPServerEndpoint.loopback().listen { _ in EchoNameServer() }.value
        let channel = HTTPSChannel(
            to: port.address, from: .ip(.v4(0xc000_0201), port: 0), host: "localhost", path: "/",
            tls: nil)
        do {
            _ = try await ask(channel).value
            Issue.record("bound")
        } catch DNSChannelError.notBound(let error) {
            #expect(error.address == .ip(.v4(0xc000_0201), port: 0))
        }
        channel.close()
        port.stopListening()
    }
}

/// Takes the first octets off a connection.
@Reactor
private final class Stripped: ProtocolWrapper {
    private var left: Int
    private var taken: [UInt8] = []
    private let seen: @Reactor ([UInt8]) -> Void

    init(_ user: any StreamProtocol, _ count: Int, seen: @escaping @Reactor ([UInt8]) -> Void) {
        left = count
        self.seen = seen
        super.init(user)
    }

    override func dataReceived(_ bytes: Span<UInt8>) {
        guard left > 0 else { return super.dataReceived(bytes) }
        let count = min(left, bytes.count)
        taken.appendOctets(bytes.extracting(0..<count))
        left -= count
        if left == 0 { seen(taken) }
        if count < bytes.count { super.dataReceived(bytes.extracting(count...)) }
    }
}
