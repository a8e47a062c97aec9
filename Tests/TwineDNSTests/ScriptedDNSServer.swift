import TwineBytes
import TwineCore
import TwineTLS

@testable import TwineDNS

/// A server on loopback, UDP and TCP on one port, that replies as a test says.
@Reactor
final class ScriptedDNSServer {
    /// What is sent back for one message.
    enum Reply {
        /// This message, with the id of the query.
        case message(DNSMessage)
        /// These octets.
        case octets([UInt8])
        /// These octets, from another port.
        case elsewhere([UInt8])
        /// The end of the connection.
        case close
    }

    typealias Script = @Reactor (_ query: DNSMessage, _ isStream: Bool) -> [Reply]

    let address: SocketAddress
    /// How it is asked.
    let server: NameServer
    /// The questions that came, over UDP and TCP.
    private(set) var asked: [DNSMessage] = []
    private(set) var streamCount = 0
    /// How many connections were made, and how many of them stand.
    private(set) var connections = 0
    var openConnections: Int { streams.count }
    private var streams: [StreamUser] = []
    private(set) var sources: [SocketAddress] = []
    private let script: Script
    private var datagrams: UDPPort?
    private var listener: (any ListeningPort)?

    /// Opens the ports; the number is that of the TCP port, taken for UDP as well.
    ///
    /// With a certificate the stream is TLS, and asked so.
    static func start(
        certificate: SelfSignedCertificate? = nil, host: String? = nil, _ script: @escaping Script
    ) async throws -> ScriptedDNSServer {
        var last: (any Error)?
        for _ in 0..<20 {
            let holder = Holder()
            var endpoint: any StreamServerEndpoint = TCPServerEndpoint.loopback()
            if let certificate {
                var options = TLSOptions()
                options.certificate = certificate.certificate
                options.privateKey = certificate.privateKey
                options.applicationProtocols = ["dot"]
                endpoint = TLSServerEndpoint(endpoint, try TLSContext(.server, options))
            }
            let listener = try await endpoint.listen { _ in
                holder.server.map { StreamUser($0) }
            }.value
            do {
                let server = ScriptedDNSServer(
                    listener.address,
                    certificate == nil
                        ? .plain(listener.address) : .tls(listener.address, host: host), script)
                holder.server = server
                server.datagrams = try UDPPort.listen(listener.address, DatagramUser(server))
                server.listener = listener
                return server
            } catch {
                listener.stopListening()
                last = error
            }
        }
        throw last ?? CancelledError()
    }

    private init(
        _ address: SocketAddress, _ server: NameServer, _ script: @escaping Script
    ) {
        self.address = address
        self.server = server
        self.script = script
    }

    func stop() {
        datagrams?.stopListening()
        listener?.stopListening()
    }

    /// A resolver that asks this server only.
    func resolver(
        clock: any ReactorTime = Reactor.clock, tls: TLSOptions = TLSOptions(),
        _ change: (inout ResolverConfiguration) -> Void = { _ in }
    ) -> DNSResolver {
        var configuration = ResolverConfiguration(servers: [server])
        change(&configuration)
        return DNSResolver(configuration: configuration, tls: tls, clock: clock)
    }

    fileprivate func replies(to bytes: [UInt8], isStream: Bool) -> [Reply] {
        guard let query = try? parsed(bytes) else { return [] }
        asked.append(query)
        if isStream { streamCount += 1 }
        return script(query, isStream).map { reply in
            guard case .message(var message) = reply else { return reply }
            message.header.id = query.header.id
            return .octets((try? message.serialize()) ?? [])
        }
    }

    /// Closes all connections.
    func closeConnections() {
        for user in streams { user.close() }
    }

    fileprivate func connected(_ user: StreamUser) {
        connections += 1
        streams.append(user)
    }

    fileprivate func lost(_ user: StreamUser) { streams.removeAll { $0 === user } }

    fileprivate func noteSource(_ address: SocketAddress) { sources.append(address) }

    private final class Holder { weak var server: ScriptedDNSServer? }

    @Reactor
    private final class DatagramUser: DatagramProtocol {
        private weak var server: ScriptedDNSServer?
        private var port: UDPPort?

        init(_ server: ScriptedDNSServer?) { self.server = server }

        func portOpened(_ port: UDPPort) { self.port = port }

        func datagramReceived(_ bytes: Span<UInt8>, from address: SocketAddress) {
            server?.noteSource(address)
            for reply in server?.replies(to: [UInt8](copying: bytes), isStream: false) ?? [] {
                switch reply {
                case .octets(let octets): try? port?.send(octets.span, to: address)
                case .elsewhere(let octets):
                    let other = try? UDPPort.listen(
                        .ip(.loopback4, port: 0), DatagramUser(nil))
                    try? other?.send(octets.span, to: address)
                    other?.stopListening()
                case .message, .close: break
                }
            }
        }
    }

    @Reactor
    fileprivate final class StreamUser: StreamProtocol {
        private weak var server: ScriptedDNSServer?
        private var transport: (any StreamTransport)?
        private var framer = DNSFramer()

        init(_ server: ScriptedDNSServer) { self.server = server }

        func connectionMade(_ transport: any StreamTransport) {
            self.transport = transport
            server?.connected(self)
        }

        func connectionLost(_ reason: ConnectionLost) { server?.lost(self) }

        func close() { transport?.loseConnection() }

        func dataReceived(_ bytes: Span<UInt8>) {
            framer.receive(bytes)
            while let message = framer.nextMessage() {
                for reply in server?.replies(to: message, isStream: true) ?? [] {
                    switch reply {
                    case .octets(let octets):
                        transport?.write((try? DNSFramer.frame(octets)) ?? [])
                    case .elsewhere(let octets): transport?.write(octets)
                    case .close: transport?.loseConnection()
                    case .message: break
                    }
                }
            }
        }
    }
}
