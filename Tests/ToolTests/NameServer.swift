import TwineCore
import TwineDNS

/// A name server on loopback, UDP and TCP on one port, for a program to ask.
@Reactor
final class NameServer {
    /// What it replies to a query; nil is nothing.
    typealias Script = @Reactor (DNSMessage) async -> DNSMessage?

    let address: SocketAddress
    /// The queries that came.
    private(set) var asked: [DNSMessage] = []
    private let script: Script
    private var datagrams: UDPPort?
    private var listener: (any ListeningPort)?

    /// The words by which a program is told to ask it.
    var words: [String] {
        ["-r", "@\(address.ip.map { "\($0)" } ?? "")", "-p", "\(address.port ?? 0)"]
    }

    /// Opens the ports; the number of the TCP port is taken for UDP as well.
    static func start(
        at ip: IPAddress = .loopback4, port: UInt16 = 0, _ script: @escaping Script = byName
    ) async throws -> NameServer {
        var last: any Error = CancelledError()
        for _ in 0..<20 {
            let users = Users()
            let listener = try await TCPServerEndpoint(.ip(ip, port: port)).listen { _ in
                users.server.map { StreamUser($0) }
            }.value
            do {
                let server = NameServer(listener.address, script)
                users.server = server
                server.datagrams = try UDPPort.listen(listener.address, DatagramUser(server))
                server.listener = listener
                return server
            } catch {
                listener.stopListening()
                last = error
            }
        }
        throw last
    }

    /// Listens for streams alone: at a Unix socket, or over TLS.
    static func start(
        at endpoint: any StreamServerEndpoint, _ script: @escaping Script = byName
    ) async throws -> NameServer {
        let users = Users()
        let listener = try await endpoint.listen { _ in
            users.server.map { StreamUser($0) }
        }.value
        let server = NameServer(listener.address, script)
        users.server = server
        server.listener = listener
        return server
    }

    private init(_ address: SocketAddress, _ script: @escaping Script) {
        self.address = address
        self.script = script
    }

    func stop() {
        datagrams?.stopListening()
        listener?.stopListening()
    }

    fileprivate func reply(to octets: [UInt8]) async -> [UInt8]? {
        guard let query = try? DNSMessage.parse(octets.span) else { return nil }
        asked.append(query)
        return try? await script(query)?.serialize()
    }

    private final class Users { weak var server: NameServer? }

    // MARK: Replies

    /// The reply to a query, with addresses.
    static func reply(
        to query: DNSMessage, _ addresses: [String] = [],
        _ code: DNSMessage.ResponseCode = .noError
    ) -> DNSMessage {
        var header = DNSMessage.Header(id: query.header.id)
        header.isResponse = true
        header.recursionDesired = query.header.recursionDesired
        header.recursionAvailable = true
        header.responseCode = code
        let records = query.question.flatMap { question in
            addresses.compactMap {
                try? DNSRecord(name: question.name, type: .a, timeToLive: 60, text: $0)
            }
        }
        return DNSMessage(
            header: header, question: query.question, answer: records,
            additional: query.extensions == nil ? [] : [DNSExtensions().record])
    }

    /// Replies by what the first label of the name says: `fail`, `none`, `empty`, or an address.
    static func byName(_ query: DNSMessage) -> DNSMessage? {
        switch query.question.first?.name.text.split(separator: ".").first {
        case "fail": reply(to: query, [], .serverFailure)
        case "none": reply(to: query, [], .nameError)
        case "empty": reply(to: query)
        default: reply(to: query, ["192.0.2.1"])
        }
    }

    // MARK: Transports

    @Reactor
    private final class DatagramUser: DatagramProtocol {
        private weak var server: NameServer?
        private var port: UDPPort?

        init(_ server: NameServer) { self.server = server }

        func portOpened(_ port: UDPPort) { self.port = port }

        func datagramReceived(_ bytes: Span<UInt8>, from address: SocketAddress) {
            let octets = bytes.indices.map { bytes[$0] }
            _ = inlineCallbacks {
                guard let reply = await self.server?.reply(to: octets) else { return }
                try self.port?.send(reply.span, to: address)
            }
        }
    }

    @Reactor
    private final class StreamUser: StreamProtocol {
        private weak var server: NameServer?
        private var transport: (any StreamTransport)?
        private var framer = DNSFramer()

        init(_ server: NameServer) { self.server = server }

        func connectionMade(_ transport: any StreamTransport) { self.transport = transport }

        func dataReceived(_ bytes: Span<UInt8>) {
            framer.receive(bytes)
            while let message = framer.nextMessage() {
                _ = inlineCallbacks {
                    guard let reply = await self.server?.reply(to: message) else { return }
                    self.transport?.write(try DNSFramer.frame(reply))
                }
            }
        }
    }
}
