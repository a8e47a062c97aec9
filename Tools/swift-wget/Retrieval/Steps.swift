import HTTPTypes
import TwineBytes
import TwineCore
import TwineHTTP
import TwineTLS

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Tells the steps of one request, as wget does, and notes when each was.
@Reactor
final class Steps: HTTPRequestObserver {
    private let log: Log
    private let showsAll: Bool
    private let usesIRIs: Bool
    private let isProxied: Bool
    private let port: Int
    private let quotes: Quotes
    private let session: Session
    /// Whether a connection stands and TLS over it does not, yet.
    private(set) var isSecuring = false
    private(set) var times = Times(begun: Reactor.clock.seconds())
    /// The head of the reply, as it came.
    private(set) var head: [UInt8] = []
    /// Whether a reply has begun.
    private(set) var hasReply = false
    private(set) var peer: SocketAddress?
    private(set) var local: SocketAddress?
    private(set) var agreement: TLSAgreement?
    private(set) var isReused = false
    /// The reply's status and fields.
    private(set) var reply: HTTPResponse?
    /// What was counted, for the record of the URL.
    private(set) var counts = TransferNotes.Counts()
    /// Octets of the request's body.
    private(set) var uploaded = 0
    /// What a proxy answered to CONNECT; 0 for none.
    private(set) var connectStatus = 0
    private var host = ""
    /// nil is the peer's.
    private var expectedPort: Int?
    /// Takes down all that is sent and received.
    var exchange: WARCExchange?
    var hearsBodies: Bool { exchange != nil }

    /// When steps were done, in seconds of the monotonic clock; nil for what was not needed.
    struct Times {
        var begun: Double
        var resolved: Double?
        var connected: Double?
        var secured: Double?
        /// The first octet of the request was sent.
        var sending: Double?
        var requested: Double?
        /// The first octet of the reply came.
        var answered: Double?
    }

    init(_ session: Session, _ log: Log, port: Int, isProxied: Bool) {
        self.log = log
        showsAll = session.settings.logging.showsAllAddresses
        usesIRIs = session.settings.input.usesIRIs
        self.isProxied = isProxied
        self.port = port
        quotes = session.quotes
        self.session = session
    }

    private var now: Double { Reactor.clock.seconds() }

    /// A name, and again as it is written outside of DNS.
    private func shown(_ host: String) -> String {
        guard usesIRIs, IPAddress(host) == nil else { return host }
        return "\(host) (\(host))"
    }

    // MARK: Connecting

    func resolving(host: String) {
        log.tell(.verbose, "Resolving \(shown(host))... ")
    }

    func resolved(host: String, addresses: [IPAddress]) {
        times.resolved = now
        let most = showsAll ? addresses.count : 3
        let list = addresses.prefix(most).map { "\($0)" }.joined(separator: ", ")
        log.tell(.verbose, list + (addresses.count > most ? ", ...\n" : "\n"))
    }

    func resolveFailed(host: String, _ error: any Error) {
        log.tell(.verbose, "failed: \(FailureText.lookup(error)).\n")
    }

    func connecting(to address: SocketAddress, host: String) {
        defer {
            if let problem = session.bindProblem.take() { log.tell(.notQuiet, problem) }
        }
        guard log.tells(.verbose) else { return }
        switch address {
        case .ip(let ip, let port):
            let text = ip.isIPv6 && IPAddress(host) != nil ? "[\(ip)]" : "\(ip)"
            let name = IPAddress(host) == nil ? "\(shown(host))|\(ip)|" : text
            log.tell(.verbose, "Connecting to \(name):\(port)... ")
        case .unix(let path): log.tell(.verbose, "Connecting to \(path)... ")
        }
    }

    func connectFailed(to address: SocketAddress, _ error: any Error) {
        log.tell(.notQuiet, "failed: \(FailureText.connect(error)).\n")
    }

    func connected(to address: SocketAddress, from local: SocketAddress) {
        times.connected = now
        peer = address
        self.local = local
        counts.connects += 1
        exchange?.connected(to: address, from: local)
        log.tell(.verbose, "connected.\n")
    }

    func reusing(_ peer: SocketAddress, from local: SocketAddress, _ agreement: TLSAgreement?) {
        isReused = true
        self.peer = peer
        self.local = local
        self.agreement = agreement
        exchange?.reusing(peer, from: local, agreement)
        guard case .ip(let ip, let port) = peer else { return }
        let name = host.isEmpty ? "\(ip)" : host
        log.tell(
            .verbose,
            "Reusing existing connection to \(ip.isIPv6 ? "[\(name)]" : name)"
                + ":\(expectedPort ?? Int(port)).\n")
    }

    /// What the connection is called when it is used again.
    ///
    /// - Parameters:
    ///   - host: The proxy that requests are sent to.
    ///   - url: Where they are sent without one, or through the connection that one makes.
    func expects(host: String?, otherwise url: WgetURL) {
        self.host = host ?? String(decoding: url.host, as: UTF8.self)
        expectedPort = host == nil ? url.port : nil
    }

    func securing(host: String) { isSecuring = true }

    func secured(host: String, _ agreement: TLSAgreement) {
        isSecuring = false
        times.secured = now
        self.agreement = agreement
        for distrust in agreement.distrust {
            log.tell(
                .notQuiet, "WARNING: cannot verify \(host)'s certificate:\n  \(distrust)\n")
        }
    }

    // MARK: Request and reply

    func tunnelAnswered(_ head: HTTPResponse, octets: [UInt8]) {
        connectStatus = head.status.code
        counts.header += octets.count
    }

    func sent(_ octets: Span<UInt8>) {
        if times.sending == nil { times.sending = now }
        counts.request += octets.count
        uploaded += octets.count
        exchange?.sent(octets)
    }

    func requestSent(head: Span<UInt8>) {
        // What comes from now on is the body.
        uploaded = 0
        exchange?.requestSent(head: head)
        guard log.tells(.debug) else { return }
        let text = String(decoding: [UInt8](copying: head), as: UTF8.self)
        log.tell(.debug, "\n---request begin---\n\(text)---request end---\n")
    }

    func requestComplete() {
        times.requested = now
        log.tell(
            .verbose, "\(isProxied ? "Proxy" : "HTTP") request sent, awaiting response... ")
        exchange?.requestComplete()
    }

    func received(_ octets: Span<UInt8>) {
        if times.answered == nil { times.answered = now }
        exchange?.received(octets)
    }

    func informational(_ head: HTTPResponse, octets: Span<UInt8>) {
        counts.header += octets.count
    }

    func retrying(after error: (any Error)?) { exchange?.retrying(after: error) }

    func headReceived(_ head: HTTPResponse, octets: Span<UInt8>) {
        hasReply = true
        reply = head
        counts.header += octets.count
        self.head = [UInt8](copying: octets)
        exchange?.headReceived(head, octets: octets)
        let text = { String(decoding: self.head, as: UTF8.self) }
        log.tell(.debug, "\n---response begin---\n\(text())---response end---\n")
        tellHead(head)
    }

    private func tellHead(_ reply: HTTPResponse) {
        if log.settings.showsServerResponse {
            log.tell(.verbose, "\n")
            log.tell(.always, octets: Octets(shownHead))
        } else if log.tells(.verbose) {
            let code = reply.status.code < 10 ? " \(reply.status.code)" : "\(reply.status.code)"
            let reason = head.isEmpty ? "No headers, assuming HTTP/0.9" : shownReason
            log.tell(.verbose, octets: Octets("\(code) ") + reason + "\n")
        }
    }

    /// What the server calls its status, fit for a terminal.
    var shownReason: Octets { Octets(Self.reason(in: head)).escaped(quotes) }

    /// A head without the empty lines that may come before it.
    private nonisolated static func whole(_ head: [UInt8]) -> ArraySlice<UInt8> {
        head.drop { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
    }

    private nonisolated static func reason(in head: [UInt8]) -> [UInt8] {
        let line = whole(head).prefix { $0 != UInt8(ascii: "\n") }
        let space = UInt8(ascii: " ")
        // Behind the version and the three digits.
        let rest = line.drop { $0 != space }.drop { $0 == space }.dropFirst(3)
        var text = Array(rest.drop { $0 == space || $0 == UInt8(ascii: "\t") })
        while let last = text.last, last == space || (0x09...0x0d).contains(last) {
            text.removeLast()
        }
        return text
    }

    /// The lines of the head, moved in; what a terminal would take for orders is shown as numbers.
    private var shownHead: [UInt8] {
        var lines: [[UInt8]] = []
        let head = Self.whole(head)
        for line in head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let isEmpty = line.isEmpty || line.elementsEqual([UInt8(ascii: "\r")])
            guard !isEmpty else { break }
            let isFolded = line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t")
            if isFolded, let last = lines.popLast() {
                // The ends of lines are spaces, then.
                let hasReturn = last.last == UInt8(ascii: "\r")
                let start = hasReturn ? last.dropLast() + "  ".utf8 : last + " ".utf8
                lines.append(start + line)
            } else {
                lines.append(Array(line))
            }
        }
        var text: [UInt8] = []
        for line in lines {
            let line = line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : line
            text += "  ".utf8
            text += Octets(line).escaped(quotes).bytes
            text.append(UInt8(ascii: "\n"))
        }
        return text
    }
}
