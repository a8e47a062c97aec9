import HTTPTypes
import TwineCore
import TwineDNS

/// One query of an ``HTTPSChannel`` on its way.
@Reactor
final class HTTPSCall: HTTPSessionReceiver {
    let request: (head: HTTPRequest, body: [UInt8]?)
    /// Who is told; nil when it is over.
    private(set) var receiver: (any DNSReplyReceiver)?
    /// The connection it was given to; nil while it waits for one.
    var session: (any HTTPSession)?
    private weak var channel: HTTPSChannel?
    private let timeout: Double
    private var timer: DelayedCall?
    private var body: [UInt8] = []
    /// How often the request was sent.
    private var attempts = 0
    /// Whether it was sent over the present connection.
    private var isUnderWay = false
    private var hasHead = false

    init(
        _ channel: HTTPSChannel, _ request: (head: HTTPRequest, body: [UInt8]?),
        _ timeout: Double, _ receiver: any DNSReplyReceiver
    ) {
        self.channel = channel
        self.request = request
        self.timeout = timeout
        self.receiver = receiver
    }

    /// Starts the time for connecting.
    func arm(_ clock: any ReactorTime) {
        timer = clock.callLater(timeout) { [weak self] in
            guard let self else { return }
            channel?.drop(self, .timedOut(seconds: timeout))
        }
    }

    /// Ends it; the receiver is told why, if there is something to tell.
    func end(_ error: DNSChannelError?) {
        timer.take()?.cancel()
        let receiver = receiver.take()
        if let error { receiver?.exchangeFailed(error) }
    }

    // MARK: HTTPSessionReceiver

    func requestSent() {
        // The time for the message is another than that for connecting.
        if let timer, timer.isActive { timer.reset(timeout) }
        attempts += 1
        isUnderWay = true
        guard let channel, attempts == 1 else { return }
        receiver?.querySent(on: channel)
    }

    func headReceived(_ response: HTTPResponse) {
        hasHead = true
        do throws(DNSOverHTTPSError) {
            try DNSOverHTTPS.check(response)
        } catch {
            channel?.drop(self, DNSChannelError(error))
        }
    }

    func bodyReceived(_ octets: Span<UInt8>) {
        guard body.count + octets.count <= DNSOverHTTPS.messageLimit else {
            channel?.drop(self, DNSChannelError(DNSOverHTTPSError.messageTooLong))
            return
        }
        body.appendOctets(octets)
    }

    func responseEnded(_ trailers: HTTPFields) {
        guard body.count >= DNSOverHTTPS.headerSize else {
            channel?.drop(
                self, DNSChannelError(DNSOverHTTPSError.messageTooShort(length: body.count)))
            return
        }
        timer.take()?.cancel()
        let message = body
        // A response has one message: whatever the receiver wants, it is over.
        switch receiver?.messageReceived(message.span) {
        case .awaitsMore, .ignored: channel?.drop(self, .ended)
        case .finished, nil: channel?.drop(self)
        }
    }

    func responseFailed(_ failure: HTTPSessionFailure) {
        session = nil
        guard let channel else { return }
        let isWorthAnother = isWorthAnother(failure)
        isUnderWay = false
        if isWorthAnother { return channel.dispatch(self) }
        channel.drop(self, DNSChannelError(failure))
    }

    /// A connection that was idle may be closed just when a query is sent; and a query does no harm twice.
    private func isWorthAnother(_ failure: HTTPSessionFailure) -> Bool {
        guard !hasHead else { return false }
        switch failure {
        // One that only waited for its turn was not refused by the server.
        case .refused: return !isUnderWay || attempts < 2
        case .lost(_, isFresh: false): return attempts < 2
        default: return false
        }
    }
}
