import HTTPTypes
import TwineCore

/// One request on its way to its response and the end of the body, redirects included.
@Reactor
final class HTTPExchange {
    enum Phase {
        /// Not begun, or waiting for its turn.
        case waiting
        case connecting
        /// Sent; the head of the response is awaited.
        case requested
        /// The response was handed over; its body is on the way or waits to be taken.
        case body
        case done
    }

    let client: HTTPClient
    var request: HTTPClient.Request
    /// Waits for the head; let go when fired, for the response in it holds this exchange.
    private var deferred: Deferred<HTTPClient.Response>?
    var phase = Phase.waiting
    var redirects: [HTTPClient.Redirect] = []
    var connection: HTTPConnection?
    /// The connection that is being made for this.
    var attempt: AnyDeferred?
    /// A connection that was kept turned out to be dead, and a fresh one is being used.
    private var hasRetried = false
    /// The next request is not to meet a kept connection again.
    private var goesOnFresh = false
    private(set) var origin = HTTPOrigin(isSecure: false, host: "", port: 80)
    /// The way to the origin.
    private(set) var route = HTTPRoute(HTTPOrigin(isSecure: false, host: "", port: 80))
    /// The proxy that the request itself is sent to.
    private(set) var forwarder: HTTPProxy?

    // Time
    var timer: DelayedCall?
    var timed = HTTPTimeout.connect
    var due = Double.infinity
    var totalDue = Double.infinity

    // Body
    var receiver: (any BodyReceiver)?
    var decoder: ContentDecoder?
    /// Takes the rest of the body without its coming this way, as soon as it can.
    var mover: BodyFileWriter?
    /// Octets as they came, while nobody takes them.
    var buffer: [UInt8] = []
    var isPaused = false
    var isDelivering = false
    var delivered = 0
    /// Octets that went into the decoder.
    var encodedDelivered = 0
    var trailers = HTTPFields()
    /// What the connection said about the end of the body.
    var ended: Result<Void, any Error>?

    init(_ client: HTTPClient, _ request: HTTPClient.Request) {
        self.client = client
        self.request = request
    }

    var timeouts: HTTPTimeouts { request.timeouts ?? client.options.timeouts }
    var maxBody: Int? { request.maxBody ?? client.options.maxBody }

    /// Begins.
    ///
    /// - Returns: The response, when its head has come.
    func begin() -> Deferred<HTTPClient.Response> {
        let deferred = Deferred<HTTPClient.Response>(
            canceller: { [weak self] _ in self?.stop() })
        self.deferred = deferred
        limitTotal()
        start()
        return deferred
    }

    /// Asks for the URL, at first or when a redirect has named another one.
    func start() {
        guard phase != .done else { return }
        phase = .waiting
        do {
            origin = try HTTPOrigin(request.url)
            forwarder = nil
            route = HTTPRoute(origin)
            if let proxy = try client.options.proxy?(request.url) { lead(through: proxy) }
            let isFresh = goesOnFresh
            goesOnFresh = false
            client.pool.dispatch(self, onFreshConnection: isFresh)
        } catch {
            failed(error)
        }
    }

    /// RFC 9112 §3.2.2: a request for `http` goes to the proxy itself; any number of origins then share the
    /// proxy's connections.
    private func lead(through proxy: HTTPProxy) {
        if proxy.isHTTP, !origin.isSecure {
            forwarder = proxy
            route = HTTPRoute(forwardedBy: proxy)
        } else {
            route = HTTPRoute(origin, through: proxy)
        }
    }

    // MARK: The connection

    /// An attempt to connect begins.
    func connecting(_ attempt: AnyDeferred) {
        guard phase == .waiting else { return }
        phase = .connecting
        self.attempt = attempt
        expect(.connect)
    }

    func connectFailed(_ error: any Error) {
        attempt = nil
        guard phase != .done else { return }
        failed(error)
    }

    /// Sends the request.
    func use(_ connection: HTTPConnection) {
        attempt = nil
        self.connection = connection
        phase = .requested
        expect(.response)
        do throws(HTTPError) {
            try connection.send(self)
        } catch {
            // Nothing was written: the connection is as good as before.
            self.connection = nil
            connection.exchange = nil
            client.pool.release(connection)
            failed(error)
        }
    }

    /// The connection is gone before the message was complete.
    func connectionLost(_ error: any Error, hasReceived: Bool, wasReused: Bool) {
        connection = nil
        switch phase {
        case .requested:
            // RFC 9112 §9.3.1: a server may close a kept connection at any time.
            if wasReused, !hasReceived, !hasRetried, request.isRepeatable {
                hasRetried = true
                request.observer?.retrying(after: error)
                phase = .waiting
                suspendIdle()
                client.pool.dispatch(self, onFreshConnection: true)
            } else {
                failed(error)
            }
        case .body:
            guard ended == nil else { return }
            ended = .failure(error)
            flush()
        default: break
        }
    }

    /// What comes makes no sense any more: what came before is delivered still.
    func responseBroken(_ error: HTTPError) {
        guard phase == .body, ended == nil else { return failed(error) }
        ended = .failure(error)
        flush()
    }

    // MARK: The head

    /// The head of the final response has come.
    ///
    /// - Returns: Whether the connection has to call ``follow()`` once it is done with its input.
    func headReceived(
        _ head: HTTPResponse, _ framing: HTTPFraming, isComplete: Bool, wasReused: Bool
    ) -> Bool {
        // RFC 9110 §15.5.9: said of a kept connection, it means that the server was about to close it.
        if head.status.code == 408, wasReused, !hasRetried, request.isRepeatable {
            hasRetried = true
            goesOnFresh = true
            request.observer?.retrying(after: nil)
            leave()
            return true
        }
        if isComplete {
            connection = nil
            ended = .success(())
        }
        do throws(HTTPError) {
            if head.status.code == 101 { throw .unexpectedData }
            if let next = try redirected(by: head) {
                redirects.append(
                    HTTPClient.Redirect(status: head.status.code, from: request.url, to: next.url))
                request = next
                leave()
                return true
            }
            try prepareBody(head, framing)
        } catch {
            failed(error)
            return false
        }
        phase = .body
        if ended == nil { expect(.idle) } else { stopTimer() }
        defer { if phase == .body, receiver == nil { suspendIdle() } }
        let response = HTTPClient.Response(
            self, url: request.url, head: head, framing: framing, redirects: redirects)
        deferred.take()?.callback(response)
        return false
    }

    /// Leaves the connection to what remains of the response, and goes on with another request.
    private func leave() {
        ended = nil
        connection.take()?.discard()
        phase = .waiting
        suspendIdle()
    }

    // MARK: The end

    /// Ends in failure: the Deferred of the response has it, or whoever takes the body.
    func failed(_ error: any Error) {
        guard phase != .done else { return }
        end()
        if let deferred = deferred.take() {
            deferred.errback(error)
        } else if let receiver {
            self.receiver = nil
            receiver.bodyEnded(.failure(error))
        } else {
            ended = .failure(error)
        }
    }

    /// Gives everything up; nothing is called any more.
    func stop() {
        guard phase != .done else { return }
        end()
        receiver = nil
    }

    /// Lets go of time and connection.
    func end() {
        if phase == .waiting { client.pool.forget(self) }
        phase = .done
        stopTimer()
        buffer = []
        decoder = nil
        mover = nil
        attempt.take()?.cancel()
        connection.take()?.discard()
    }
}
