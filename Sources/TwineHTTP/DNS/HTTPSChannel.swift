import HTTPTypes
public import TwineCore
public import TwineDNS
public import TwineTLS

/// A way to a name server by DNS over HTTPS: all queries share one connection.
///
/// The server chooses HTTP/2 or HTTP/1.1 by ALPN; without TLS it is HTTP/2 that is spoken. A query that the
/// server did not look at, because it closed the connection just then, is sent once more. One response has
/// one message: a receiver that waits for another is told ``DNSChannelError/ended``.
///
/// ```swift
/// var options = TLSOptions()
/// options.applicationProtocols = HTTPSChannel.applicationProtocols
/// let channel = HTTPSChannel(
///     to: address, host: "dns.example", path: "/dns-query",
///     tls: try TLSContext(.client, options))
/// ```
///
/// RFC 8484.
@Reactor
public final class HTTPSChannel: DNSChannel {
    /// How a query is sent.
    public enum Method: Sendable {
        /// As the body of a POST.
        case post
        /// In the URL of a GET, which caches on the way can answer.
        case get
    }

    /// What the TLS context is to offer by ALPN: HTTP/2, and HTTP/1.1 for servers that speak nothing newer.
    nonisolated public static let applicationProtocols = ["h2", "http/1.1"]

    /// See `DNSChannel`.
    public let peer: SocketAddress
    /// See `DNSChannel`.
    public private(set) var local: SocketAddress?

    private let http: DNSOverHTTPS
    private let header: [UInt8]
    private let endpoint: any StreamClientEndpoint
    private let clock: any ReactorTime
    private var calls: [HTTPSCall] = []
    private var connecting: Attempt?
    private var session: (any HTTPSession)?

    /// A connection that is being made.
    private final class Attempt {
        var opening: Deferred<HTTPSOpening>?
    }

    /// The limits of the queries come first.
    private static let connectTimeout = 3600.0

    /// Makes a channel; nothing is connected before the first query.
    ///
    /// - Parameters:
    ///   - peer: Where the server is.
    ///   - bindAddress: Where to connect from; by default the system chooses address and port.
    ///   - host: The host of the URL, a name or an address without brackets: the certificate must be for it.
    ///   - path: The path of the URL, such as `/dns-query`, or its URI template, such as `/dns-query{?dns}`.
    ///   - method: How queries are sent.
    ///   - tls: A client's TLS, which offers ``applicationProtocols``; nil speaks HTTP/2 without TLS.
    ///   - preamble: Octets that are sent first of all, before TLS begins.
    ///   - header: Octets that are sent before HTTP, within TLS.
    ///   - clock: Whose time.
    public convenience init(
        to peer: SocketAddress, from bindAddress: SocketAddress? = nil, host: String,
        path: String, method: Method = .post, tls: TLSContext?, preamble: [UInt8] = [],
        header: [UInt8] = [], clock: any ReactorTime = Reactor.clock
    ) {
        var endpoint: any StreamClientEndpoint = TCPClientEndpoint(
            peer, timeout: Self.connectTimeout, bindAddress: bindAddress, clock: clock)
        if !preamble.isEmpty { endpoint = PreambleEndpoint(endpoint, preamble) }
        if let tls {
            endpoint = TLSClientEndpoint(
                endpoint, tls, host: host, port: peer.port ?? 443,
                timeout: Self.connectTimeout, clock: clock)
        }
        self.init(
            endpoint, peer, clock,
            DNSOverHTTPS(
                isSecure: tls != nil, host: host, port: peer.port, path: path, method: method),
            header: header)
    }

    init(
        _ endpoint: any StreamClientEndpoint, _ peer: SocketAddress, _ clock: any ReactorTime,
        _ http: DNSOverHTTPS, header: [UInt8] = []
    ) {
        self.endpoint = endpoint
        self.peer = peer
        self.header = header
        self.clock = clock
        self.http = http
    }

    isolated deinit {
        close()
    }

    // MARK: DNSChannel

    /// See `DNSChannel`; a message that is no query is sent as it is.
    public func send(_ query: [UInt8], timeout: Double, to receiver: any DNSReplyReceiver) {
        let call = HTTPSCall(self, http.request(query), timeout, receiver)
        calls.append(call)
        call.arm(clock)
        dispatch(call)
    }

    /// See `DNSChannel`.
    public func forget(_ receiver: any DNSReplyReceiver) {
        for call in calls where call.receiver === receiver { drop(call) }
    }

    /// See `DNSChannel`; a query that is sent after that makes a new connection.
    public func close() {
        let left = calls
        calls = []
        connecting.take()?.opening?.cancel()
        session.take()?.close()
        for call in left {
            // One that said GOAWAY was still answering.
            call.session.take()?.close()
            call.end(nil)
        }
    }

    // MARK: Calls

    /// Sends a call's request, or lets it wait for the connection.
    func dispatch(_ call: HTTPSCall) {
        guard call.receiver != nil else { return }
        guard let session, !session.isEnding else { return connect() }
        call.session = session
        session.send(call.request.head, body: call.request.body, to: call)
    }

    /// A call is over: with an error, or without one to tell.
    func drop(_ call: HTTPSCall, _ error: DNSChannelError? = nil) {
        guard let index = calls.firstIndex(where: { $0 === call }) else { return }
        calls.remove(at: index)
        call.session.take()?.forget(call)
        // Nobody waits for the connection any more.
        if calls.isEmpty { connecting.take()?.opening?.cancel() }
        call.end(error)
    }

    // MARK: The connection

    private func connect() {
        guard connecting == nil else { return }
        let (isSecure, header) = (http.isSecure, header)
        let attempt = Attempt()
        connecting = attempt
        let opening = endpoint.connect { [weak self] in
            HTTPSOpening(isSecure, header) { self?.sessionEnded($0) }
        }
        attempt.opening = opening
        opening.addBoth { [weak self] result in
            attempt.opening = nil
            self?.connected(result, attempt)
        }
    }

    private func connected(_ result: Result<HTTPSOpening, any Error>, _ attempt: Attempt) {
        // One that was cancelled may be over after the next has begun.
        guard connecting === attempt else {
            if case .success(let opening) = result { opening.session?.close() }
            return
        }
        connecting = nil
        switch result {
        case .failure(let error):
            let left = calls.filter { $0.session == nil }
            for call in left { drop(call, DNSChannelError(connecting: error)) }
        case .success(let opening):
            local = opening.local
            guard let session = opening.session, !session.isEnding else {
                // It ended before anything was asked: the next would fare no better.
                let error = DNSChannelError(opening.session?.failure ?? .lost(.done, isFresh: true))
                for call in calls where call.session == nil { drop(call, error) }
                return
            }
            self.session = session
            for call in calls where call.session == nil { dispatch(call) }
        }
    }

    private func sessionEnded(_ ended: any HTTPSession) {
        if session === ended { session = nil }
    }
}
