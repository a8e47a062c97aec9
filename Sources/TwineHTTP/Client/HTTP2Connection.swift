import DequeModule
import HTTPTypes
import TwineCore

/// A connection to a server that speaks HTTP/2: many requests at once.
///
/// It begins with the first octets, so it is for a server that chose `h2` by ALPN or is known to speak it.
@Reactor
final class HTTP2Connection: StreamProtocol, HTTPSession {
    /// A server that does not read what it asked for (PING, SETTINGS) is given up at this many octets.
    private static let replyLimit = 1 << 20

    private struct Request {
        let head: HTTPRequest
        let body: [UInt8]?
        let receiver: any HTTPSessionReceiver
    }

    private var wire: HTTP2ClientConnection
    private var transport: (any StreamTransport)?
    private var receivers: [Int: any HTTPSessionReceiver] = [:]
    private var waiting = Deque<Request>()
    private var ended: (@Reactor () -> Void)?
    private var isProcessing = false
    private var hasResponded = false
    private var isClosed = false
    private var replies = 0
    private(set) var failure: HTTPSessionFailure?

    /// Makes a connection that begins when its transport does.
    ///
    /// - Parameters:
    ///   - options: What the server is allowed.
    ///   - ended: Called once, when no further request can be sent; those under way may go on.
    init(_ options: HTTP2Options = HTTP2Options(), ended: @escaping @Reactor () -> Void = {}) {
        wire = HTTP2ClientConnection(options)
        self.ended = ended
    }

    var isEnding: Bool { isClosed || wire.isEnding }

    // MARK: Sending

    func send(_ request: HTTPRequest, body: [UInt8]?, to receiver: any HTTPSessionReceiver) {
        guard !isEnding else { return receiver.responseFailed(.refused) }
        waiting.append(Request(head: request, body: body, receiver: receiver))
        guard !isProcessing else { return }
        settle()
    }

    func forget(_ receiver: any HTTPSessionReceiver) {
        waiting.removeAll { $0.receiver === receiver }
        guard let stream = receivers.first(where: { $0.value === receiver })?.key else { return }
        receivers[stream] = nil
        wire.reset(stream)
        guard !isProcessing else { return }
        settle()
    }

    func close() {
        guard !isClosed else { return }
        receivers = [:]
        waiting = []
        wire.close()
        closeTransport()
    }

    /// Sends what can be sent now, and closes what is of no further use.
    private func settle() {
        guard !isClosed else { return }
        isProcessing = true
        while transport != nil, wire.canOpenStream, let next = waiting.popFirst() { open(next) }
        isProcessing = false
        if wire.isEnding {
            refuseWaiting()
            if receivers.isEmpty { return closeTransport() }
        }
        writeOutput()
    }

    private func open(_ request: Request) {
        var head = request.head
        if let body = request.body { head.headerFields[.contentLength] = "\(body.count)" }
        do throws(HTTP2Error) {
            let stream = try wire.openStream(head, isEnd: request.body == nil)
            receivers[stream] = request.receiver
            if let body = request.body { wire.sendData(body, stream: stream, isEnd: true) }
            request.receiver.requestSent()
        } catch {
            request.receiver.responseFailed(.http2(error))
        }
    }

    private func writeOutput() {
        let added = wire.replyCount
        let output = wire.takeOutput()
        guard !output.isEmpty, let transport else { return }
        replies = transport.bufferedCount == 0 ? added : replies + added
        guard replies <= Self.replyLimit else {
            fail(.http2(.flood))
            return transport.abortConnection()
        }
        transport.write(output)
    }

    // MARK: StreamProtocol

    func connectionMade(_ transport: any StreamTransport) {
        guard !isClosed else { return transport.abortConnection() }
        self.transport = transport
        settle()
    }

    func dataReceived(_ bytes: Span<UInt8>) {
        guard !isClosed else { return }
        wire.receive(bytes)
        isProcessing = true
        do throws(HTTP2Error) {
            while !isClosed, let event = try wire.nextEvent() { serve(event) }
            isProcessing = false
            settle()
        } catch {
            isProcessing = false
            fail(.http2(error))
        }
    }

    func connectionLost(_ reason: ConnectionLost) {
        transport = nil
        fail(.lost(reason, isFresh: !hasResponded))
    }

    // MARK: What the server says

    private func serve(_ event: HTTP2ClientConnection.Event) {
        switch event {
        case .settings, .informational, .sent, .pong: break
        case .response(let stream, let response):
            hasResponded = true
            receivers[stream]?.headReceived(response)
        case .data(let stream, let octets):
            receivers[stream]?.bodyReceived(octets.span)
            wire.consume(octets.count, stream: stream)
        case .end(let stream, let trailers):
            let receiver = receivers.removeValue(forKey: stream)
            // What is still to be sent of the request is of no use any more.
            wire.reset(stream)
            receiver?.responseEnded(trailers)
        case .reset(let stream, let code):
            receivers.removeValue(forKey: stream)?.responseFailed(.reset(code))
        case .refused(let stream):
            receivers.removeValue(forKey: stream)?.responseFailed(.refused)
        case .failed(let stream, let error):
            receivers.removeValue(forKey: stream)?.responseFailed(.http2(error))
        case .goAway:
            failure = .refused
            ended.take()?()
        }
    }

    private func refuseWaiting() {
        ended.take()?()
        while let next = waiting.popFirst() { next.receiver.responseFailed(.refused) }
    }

    private func fail(_ failure: HTTPSessionFailure) {
        guard !isClosed else { return }
        self.failure = failure
        let under = receivers.sorted { $0.key < $1.key }
        receivers = [:]
        closeTransport()
        for (_, receiver) in under { receiver.responseFailed(failure) }
        // Nothing of these was sent; over a fresh connection they would fare no better.
        while let next = waiting.popFirst() {
            next.receiver.responseFailed(hasResponded ? .refused : failure)
        }
    }

    private func closeTransport() {
        isClosed = true
        let output = wire.takeOutput()
        if let transport = transport.take() {
            if !output.isEmpty { transport.write(output) }
            transport.loseConnection()
        }
        ended.take()?()
    }
}
