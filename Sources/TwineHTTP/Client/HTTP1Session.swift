import DequeModule
import HTTPTypes
import TwineCore

/// A connection to a server that speaks HTTP/1.1: one request after the other.
@Reactor
final class HTTP1Session: StreamProtocol, HTTPSession {
    private struct Request {
        let head: HTTPRequest
        let body: [UInt8]?
        let receiver: any HTTPSessionReceiver
    }

    private var parser = HTTPParser(.responses)
    private var transport: (any StreamTransport)?
    private var receiver: (any HTTPSessionReceiver)?
    private var waiting = Deque<Request>()
    private var trailers = HTTPFields()
    private var ended: (@Reactor () -> Void)?
    private var hasResponded = false
    private var isProcessing = false
    private(set) var isEnding = false
    private(set) var failure: HTTPSessionFailure?

    /// Makes a connection that begins when its transport does.
    ///
    /// - Parameter ended: Called once, when no further request can be sent.
    init(ended: @escaping @Reactor () -> Void = {}) { self.ended = ended }

    // MARK: Sending

    func send(_ request: HTTPRequest, body: [UInt8]?, to receiver: any HTTPSessionReceiver) {
        guard !isEnding else { return receiver.responseFailed(.refused) }
        waiting.append(Request(head: request, body: body, receiver: receiver))
        sendNext()
    }

    func forget(_ receiver: any HTTPSessionReceiver) {
        waiting.removeAll { $0.receiver === receiver }
        guard self.receiver === receiver else { return }
        // What it would have heard would be taken for the answer to the next.
        self.receiver = nil
        fail(.refused, abort: true)
    }

    func close() {
        receiver = nil
        waiting = []
        fail(.refused, abort: false)
    }

    private func sendNext() {
        guard !isProcessing else { return }
        while receiver == nil, !isEnding, let transport, let next = waiting.popFirst() {
            let body: HTTPFraming.Body = next.body.map { .length($0.count) } ?? .none
            var output: [UInt8] = []
            do throws(HTTPError) {
                try HTTPSerializer.serialize(next.head, body: body, into: &output)
            } catch {
                next.receiver.responseFailed(.http1(error))
                continue
            }
            parser.requestMethod = next.head.method
            trailers = HTTPFields()
            receiver = next.receiver
            transport.write(output + (next.body ?? []))
            next.receiver.requestSent()
        }
    }

    // MARK: StreamProtocol

    func connectionMade(_ transport: any StreamTransport) {
        guard !isEnding else { return transport.abortConnection() }
        self.transport = transport
        sendNext()
    }

    func dataReceived(_ bytes: Span<UInt8>) {
        guard !isEnding else { return }
        // RFC 9112 §9.3.2: nothing was asked.
        guard receiver != nil else { return fail(.http1(.unexpectedData), abort: true) }
        var offset = 0
        isProcessing = true
        do throws(HTTPError) {
            while !isEnding, let event = try parser.nextEvent(in: bytes, at: &offset) {
                try serve(event, bytes, hasMore: offset < bytes.count)
            }
            isProcessing = false
        } catch {
            isProcessing = false
            return fail(.http1(error), abort: true)
        }
        sendNext()
    }

    private func serve(
        _ event: HTTPEvent, _ bytes: Span<UInt8>, hasMore: Bool
    ) throws(HTTPError) {
        switch event {
        case .request, .informational, .bodyStart: break
        case .response(let head, _):
            hasResponded = true
            receiver?.headReceived(head)
        case .body(let range): receiver?.bodyReceived(bytes.extracting(range))
        case .trailers(let fields): trailers = fields
        case .end:
            let done = receiver
            receiver = nil
            if !parser.isIdle || hasMore { fail(.refused, abort: false) }
            done?.responseEnded(trailers)
        }
    }

    func connectionLost(_ reason: ConnectionLost) {
        transport = nil
        guard !isEnding else { return }
        if reason == .done, receiver != nil, !parser.isIdle {
            do throws(HTTPError) {
                if case .end? = try parser.receiveEndOfInput() {
                    let done = receiver
                    receiver = nil
                    fail(.refused, abort: false)
                    done?.responseEnded(trailers)
                    return
                }
            } catch {
                return fail(.http1(error), abort: false)
            }
        }
        fail(.lost(reason, isFresh: !hasResponded), abort: false)
    }

    /// Ends the connection, and tells those who wait why.
    private func fail(_ failure: HTTPSessionFailure, abort: Bool) {
        guard !isEnding else { return }
        isEnding = true
        self.failure = failure
        if let transport = transport.take() {
            if abort { transport.abortConnection() } else { transport.loseConnection() }
        }
        ended.take()?()
        receiver.take()?.responseFailed(failure)
        while let next = waiting.popFirst() {
            next.receiver.responseFailed(hasResponded ? .refused : failure)
        }
    }
}
