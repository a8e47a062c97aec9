import HTTPTypes
import TwineCore
import TwineDNS
import TwineTesting

@testable import TwineHTTP

/// Channels without sockets: what they send is taken apart as a server would.
@Reactor
final class HTTPSChannelNet {
    let clock = ManualClock()
    var transports: [MemoryTransport] = []
    /// What the next attempts fail with.
    var failure: (any Error)?
    /// What the server sends before anything is asked.
    var greeting: [UInt8] = []
    /// Whether attempts wait for ``admit()``.
    var holds = false
    private var waiting: [@Reactor () -> Void] = []
    private(set) var cancelled = 0
    private var parsers: [HTTP2FrameParser] = []
    private var decoders: [HPACKDecoder] = []
    private var hasPreface: [Bool] = []

    static let address = SocketAddress.ip(.v4(0xc000_0201), port: 443)

    func channel(
        _ method: HTTPSChannel.Method = .post, path: String = "/dns-query", isSecure: Bool = false
    ) -> HTTPSChannel {
        HTTPSChannel(
            Endpoint(net: self), Self.address, clock,
            DNSOverHTTPS(
                isSecure: isSecure, host: "dns.example", port: isSecure ? 443 : 80, path: path,
                method: method))
    }

    struct Endpoint: StreamClientEndpoint {
        let net: HTTPSChannelNet
        nonisolated var description: String { "memory" }

        func connect<User: StreamProtocol>(
            _ factory: @escaping @Reactor () throws -> User
        ) -> Deferred<User> {
            if let failure = net.failure { return fail(failure) }
            var isCancelled = false
            let net = net
            let deferred = Deferred<User>(canceller: { _ in
                isCancelled = true
                net.cancelled += 1
            })
            net.waiting.append {
                guard !isCancelled, let user = try? factory() else { return }
                let transport = MemoryTransport()
                transport.attach(user)
                net.add(transport)
                transport.receive(net.greeting)
                deferred.callback(user)
            }
            if !net.holds { net.admit() }
            return deferred
        }
    }

    func admit() {
        let all = waiting
        waiting = []
        for make in all { make() }
    }

    private func add(_ transport: MemoryTransport) {
        transports.append(transport)
        parsers.append(HTTP2FrameParser())
        decoders.append(HPACKDecoder(listLimit: 100_000))
        hasPreface.append(false)
    }

    /// The frames that were sent since the last look.
    func frames(_ index: Int = 0) -> [HTTP2Frame] {
        var octets = transports[index].takeWritten()
        if !hasPreface[index], octets.starts(with: HTTP2ClientConnection.preface) {
            octets.removeFirst(HTTP2ClientConnection.preface.count)
            hasPreface[index] = true
        }
        parsers[index].receive(octets.span)
        var frames: [HTTP2Frame] = []
        while let frame = try? parsers[index].nextFrame() { frames.append(frame) }
        return frames
    }

    /// The requests among them: the stream, the fields as lines, and the body.
    func requests(_ index: Int = 0) -> [(stream: Int, fields: [String], body: [UInt8])] {
        var requests: [(stream: Int, fields: [String], body: [UInt8])] = []
        for frame in frames(index) {
            switch frame {
            case .headers(let stream, let block, _, _):
                let list = (try? decoders[index].decode(block.span))?.fields ?? []
                let lines = list.map {
                    String(decoding: $0.name + [0x3d] + $0.value, as: UTF8.self)
                }
                requests.append((stream, lines, []))
            case .data(let stream, let octets, _, _):
                for place in requests.indices where requests[place].stream == stream {
                    requests[place].body += octets
                }
            default: break
            }
        }
        return requests
    }

    /// Sends frames to the client.
    func answer(_ octets: [UInt8], _ index: Int = 0) { transports[index].receive(octets) }

    /// A whole response.
    nonisolated static func reply(
        _ stream: Int, _ body: [UInt8], status: String = "200",
        _ fields: [(String, String)] = [("content-type", "application/dns-message")]
    ) -> [UInt8] {
        HTTP2Wire.headers(stream, [(":status", status)] + fields)
            + HTTP2Wire.frame(0, 1, stream, body)
    }
}

/// Notes what it is told.
@Reactor
final class NotedReplies: DNSReplyReceiver {
    private(set) var notes: [String] = []
    private(set) var error: DNSChannelError?
    var receipt = DNSReceipt.finished
    /// Called when it hears of a message or a failure.
    var whenTold: @Reactor () -> Void = {}

    func querySent(on channel: any DNSChannel) { notes.append("sent") }

    func messageReceived(_ message: Span<UInt8>) -> DNSReceipt {
        notes.append("message \(message.count) \(message[0])")
        whenTold()
        return receipt
    }

    func exchangeFailed(_ error: DNSChannelError) {
        notes.append("failed")
        self.error = error
        whenTold()
    }
}
