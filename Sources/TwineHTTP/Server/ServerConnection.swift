import HTTPTypes
import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One connection of a site: requests in, responses out, one after the other.
///
/// A request that comes while a response is being made waits in ``waiting``, and the kernel holds
/// back what follows it, so that pipelining costs one buffer at most.
final class ServerConnection: HalfCloseableProtocol, Producer {
    enum Phase: Equatable {
        /// Between requests.
        case idle
        /// The head has begun, the body, or what follows it, has not come in whole.
        case receiving
        /// The head has come, and which resource it is for is being found out.
        case choosing
        /// The resource has the request, or the response is being written.
        case responding
        /// The client has not taken enough of the responses; further requests wait until it has.
        case draining
        /// The last response is written; how to close is decided when the input has been read.
        case ending
        /// The last response is sent: input is thrown away until the client closes.
        case lingering
        /// Another protocol has the connection.
        case upgraded
        case closed
    }

    /// Bodies up to this many octets are written in one piece with their head.
    static let copyLimit = 8192

    let site: Site
    // Nothing that is called while one of these is being changed touches it again.
    @safe @exclusivity(unchecked) var transport: (any StreamTransport)?
    @safe @exclusivity(unchecked) var parser: HTTPParser
    @safe @exclusivity(unchecked) var phase = Phase.idle
    /// The request that is coming in, or being answered.
    @safe @exclusivity(unchecked) var request: WebRequest?
    /// Input behind the request that is being answered.
    @safe @exclusivity(unchecked) var waiting: [UInt8] = []
    /// Whether input is being read further up the stack.
    @safe @exclusivity(unchecked) var isReading = false
    @safe @exclusivity(unchecked) var inputEnded = false
    @safe @exclusivity(unchecked) var requests = 0
    /// What makes the response or its body, to be cancelled when the client goes away.
    @safe @exclusivity(unchecked) var work: AnyDeferred?
    var writer: BodyWriter?
    var sender: FileSender?
    /// What the connection was handed over to.
    var upgraded: (any StreamProtocol)?
    /// What is to be told about the request that is being answered.
    @safe @exclusivity(unchecked) var record: AccessRecord?
    var recordBegan = 0.0
    @safe @exclusivity(unchecked) private var timer: DelayedCall?
    @safe @exclusivity(unchecked) private var deadline = 0.0
    /// Octets handed to the transport, and how many of all had left at the last look.
    @safe @exclusivity(unchecked) var written = 0
    private var sentBefore = -1

    init(_ site: Site) {
        self.site = site
        parser = HTTPParser(.requests, limits: site.options.limits)
    }

    // MARK: The connection

    func connectionMade(_ transport: any StreamTransport) {
        self.transport = transport
        site.opened(self)
        expect(within: min(site.options.headTimeout, site.options.idleTimeout))
    }

    func dataReceived(_ bytes: Span<UInt8>) {
        switch phase {
        case .ending, .lingering, .closed:
            return
        case .choosing, .responding, .draining:
            keep(bytes)
        case .idle, .receiving:
            read(bytes)
        case .upgraded:
            upgraded?.dataReceived(bytes)
        }
    }

    func readConnectionLost() {
        inputEnded = true
        if phase == .upgraded { return upgradedInputEnded() }
        if phase == .choosing || phase == .responding || phase == .draining { return }
        request?.bodyReceiver?.lost()
        // What was cut off in the middle needs no answer: who sent it will not mend it.
        phase = .closed
        transport?.loseConnection()
    }

    func connectionLost(_ reason: ConnectionLost) {
        if phase == .receiving { request?.bodyReceiver?.lost() }
        phase = .closed
        upgraded.take()?.connectionLost(reason)
        noteEnd(isComplete: false)
        transport = nil
        request = nil
        waiting = []
        timer?.cancel()
        timer = nil
        site.lost(self)
        writer.take()?.lose(reason)
        sender = nil
        work.take()?.cancel()
    }

    /// Closes now if no request is under way, otherwise after its response.
    func closeWhenIdle() {
        if let socket = upgraded as? WebSocket { return socket.close(code: 1001) }
        if phase == .upgraded { return transport?.loseConnection() ?? () }
        if phase == .idle { close(unread: false) }
    }

    func abort() { transport?.abortConnection() }

    // MARK: Input

    private func keep(_ bytes: Span<UInt8>) {
        transport?.pauseReading()
        waiting.appendOctets(bytes)
    }

    func read(_ bytes: Span<UInt8>) {
        var offset = 0
        isReading = true
        defer { isReading = false }
        do throws(HTTPError) {
            while phase == .idle || phase == .receiving,
                let event = try parser.nextEvent(in: bytes, at: &offset)
            {
                try receive(event, bytes)
            }
        } catch {
            refuse(error)
        }
        switch phase {
        case .choosing, .responding, .draining:
            if offset < bytes.count { keep(bytes.extracting(offset...)) }
        case .upgraded:
            if offset < bytes.count { waiting.appendOctets(bytes.extracting(offset...)) }
            isReading = false
            passOn()
        case .idle where parser.isIdle:
            expect(within: site.options.idleTimeout)
        case .idle:
            phase = .receiving
            expect(within: site.options.headTimeout)
        case .ending:
            close(unread: !parser.isClosed || offset < bytes.count)
        case .receiving, .lingering, .closed:
            break
        }
    }

    private func receive(_ event: HTTPEvent, _ bytes: Span<UInt8>) throws(HTTPError) {
        switch event {
        case .request(let head, let framing):
            phase = .receiving
            begin(head, framing)
        case .body(let range):
            guard let request, phase == .receiving else { return }
            guard parser.bodyReceived <= request.bodyLimit else {
                return answer(with: .contentTooLarge, "The limit is \(request.bodyLimit) octets.")
            }
            if let receiver = request.bodyReceiver {
                do {
                    try receiver.receive(bytes.extracting(range))
                } catch {
                    receiver.lost()
                    request.bodyReceiver = nil
                    phase = .responding
                    return failed(error, isLast: true)
                }
            } else {
                request.body.appendOctets(bytes.extracting(range))
            }
            deadline += Double(range.count) / site.options.bodyRate
        case .end:
            dispatch()
        case .trailers(let fields):
            request?.trailers = fields
        case .informational, .response, .bodyStart:
            return
        }
    }

    /// Looks at a request whose head has come, and whether its body is worth receiving.
    private func begin(_ head: HTTPRequest, _ framing: HTTPFraming) {
        guard let transport else { return }
        requests += 1
        let target = head.path ?? "/"
        let isForServer = target == "*"
        let segments = isForServer ? [] : RequestPath.segments(target.utf8.span)
        let request = WebRequest(
            head, framing, segments: segments ?? [], transport: transport)
        self.request = request
        if site.accessLog != nil { beginRecord(request) }
        if segments == nil || isForServer && request.method != .options {
            return answer(with: .badRequest, "The path is malformed.")
        }
        if request.method == .connect || !KnownMethods.contains(request.method) {
            return answer(with: .notImplemented, "The method is not known here.")
        }
        if isForServer { return }
        let resource = site.root.resource(for: request)
        guard let pending = resource as? PendingResource else { return choose(resource) }
        phase = .choosing
        work = pending.chosen
        expect(within: site.options.writeTimeout)
        pending.chosen.addBoth { [weak self] result in self?.chosen(result) }
    }

    private func chosen(_ result: Result<Resource?, any Error>) {
        work = nil
        guard phase == .choosing else { return }
        phase = .receiving
        switch result {
        case .success(let resource): choose(resource)
        case .failure(let error):
            phase = .responding
            failed(error, isLast: true)
        }
        if !isReading, phase == .receiving { readOn() }
    }

    /// Reads what has come in the meantime, and then what will come.
    private func readOn() {
        let bytes = waiting
        waiting = []
        read(bytes.span)
        if phase == .receiving || phase == .idle { transport?.resumeReading() }
    }

    /// Looks whether the body is wanted by the resource that was found.
    private func choose(_ resource: Resource?) {
        guard let transport, let request else { return }
        guard let resource else { return answer(with: .notFound, nil) }
        let methods = resource.methods
        guard methods.contains(request.method) || request.method == .options else {
            return answer(with: .methodNotAllowed, nil, allow: methods)
        }
        request.resource = resource
        let framing = request.framing
        guard framing.body != .none else { return }
        let limit = resource.bodyLimit ?? site.options.bodyLimit
        request.bodyLimit = limit
        if case .length(let length) = framing.body, length > limit {
            return answer(with: .contentTooLarge, "The limit is \(limit) octets.")
        }
        do {
            request.bodyReceiver = try resource.bodyReceiver(for: request)
        } catch {
            phase = .responding
            return failed(error, isLast: true)
        }
        expect(within: site.options.bodyTimeout)
        // RFC 9110 §10.1.1: HTTP/1.0 knows no interim responses.
        guard framing.version == .http11, let expectation = request.headerFields[.expect] else {
            return
        }
        guard expectation.lowercased() == "100-continue" else {
            return answer(with: .expectationFailed, nil)
        }
        transport.write("HTTP/1.1 100 Continue\r\n\r\n")
    }

    /// Gives a request that has come in whole to its resource.
    private func dispatch() {
        guard phase == .receiving, let request else { return }
        phase = .responding
        guard let resource = request.resource else {
            // OPTIONS *
            return respond(with: WebResponse(status: .noContent))
        }
        if request.method == .options, !resource.methods.contains(.options) {
            let allow = KnownMethods.list(resource.methods + [.options])
            return respond(with: WebResponse(status: .noContent, headerFields: [.allow: allow]))
        }
        do {
            switch try resource.render(request) {
            case .response(let response):
                respond(with: response)
            case .deferred(let deferred):
                work = deferred
                deferred.addBoth { [weak self] result in
                    self?.rendered(result)
                }
            }
        } catch {
            failed(error)
        }
    }

    private func rendered(_ result: Result<WebResponse, any Error>) {
        work = nil
        guard phase == .responding else { return }
        switch result {
        case .success(let response): respond(with: response)
        case .failure(let error): failed(error)
        }
    }

    func failed(_ error: any Error, isLast: Bool = false) {
        if let refusal = error as? RequestRefusal {
            return respond(with: refusal.response, isLast: isLast)
        }
        let _: Void? = try? logError(error)
        respond(with: site.errorPage(.internalServerError, nil), isLast: isLast)
    }

    // MARK: The log

    private func beginRecord(_ request: WebRequest) {
        recordBegan = site.clock.seconds()
        record = AccessRecord(
            peer: request.peer, user: nil, time: time(nil), method: request.method,
            target: request.head.path ?? "*", version: request.version, status: 0, octets: 0,
            seconds: 0, isComplete: false, referer: request.headerFields[.referer],
            userAgent: request.headerFields[.userAgent])
    }

    /// The response is written, or the client has gone.
    func noteEnd(isComplete: Bool) {
        // The record is large, and without a log there is none to be moved.
        guard let log = site.accessLog, var record = record.take() else { return }
        record.user = request?.user
        record.octets += (writer?.written ?? 0) + (sender?.sent ?? 0)
        record.seconds = site.clock.seconds() - recordBegan
        record.isComplete = isComplete
        log(record)
    }

    // MARK: Errors

    /// Answers without waiting for the body; if there is one, nothing can follow it.
    private func answer(
        with status: HTTPResponse.Status, _ detail: String?, allow: [HTTPRequest.Method]? = nil
    ) {
        var response = site.errorPage(status, detail)
        if let allow { response.headerFields[.allow] = KnownMethods.list(allow) }
        guard let request, request.framing.body == .none else {
            phase = .responding
            return respond(with: response, isLast: true)
        }
        request.resource = StaticResponse(response)
    }

    /// Answers what breaks the format: after it nothing in the stream can be trusted.
    private func refuse(_ error: HTTPError) {
        phase = .responding
        let status: HTTPResponse.Status =
            switch error {
            case .headTooLarge, .tooManyFields: .requestHeaderFieldsTooLarge
            case .unsupportedVersion: .httpVersionNotSupported
            case .unsupportedTransferCoding: .notImplemented
            case .chunkTooLarge: .contentTooLarge
            default: .badRequest
            }
        respond(with: site.errorPage(status, "\(error)."), isLast: true)
    }

    // MARK: Back-pressure

    func writeConnectionLost() { upgraded?.halfCloseable?.writeConnectionLost() }

    func pauseProducing() { writer?.pause() }

    func resumeProducing() {
        guard phase == .draining else { return writer?.resume() ?? () }
        guard let transport, transport.bufferedCount <= transport.writeLowWatermark else { return }
        transport.unregisterProducer()
        phase = .idle
        readWaiting()
    }

    func stopProducing() {}

    // MARK: Time

    /// Sets the time by which the client must have done something.
    func expect(within seconds: Double) {
        let clock = site.clock
        deadline = clock.seconds() + seconds
        // A timer that comes too early looks again; so a later deadline costs nothing.
        guard let timer, timer.isActive else {
            // Strong, until it fires or the connection is lost: a weak reference would make every
            // reference to the connection slow.
            timer = clock.callLater(seconds) { self.timerFired() }
            return
        }
        if timer.time > deadline { timer.reset(seconds) }
    }

    func stopTimer() {
        timer?.cancel()
        timer = nil
    }

    private func timerFired() {
        guard let transport, phase != .closed, phase != .upgraded else { return }
        let now = site.clock.seconds()
        timer = nil
        if phase == .choosing || phase == .responding || phase == .draining
            || phase == .idle && transport.bufferedCount > 0
        {
            // The resource takes its time; but the client must take what is sent.
            let sent =
                written + (writer?.written ?? 0) + (sender?.sent ?? 0) - transport.bufferedCount
            if transport.bufferedCount > 0 || sender != nil, sent == sentBefore { return abort() }
            sentBefore = sent
            return expect(within: site.options.writeTimeout)
        }
        guard now >= deadline else { return expect(within: deadline - now) }
        switch phase {
        case .idle:
            transport.loseConnection()
        case .receiving:
            phase = .responding
            respond(with: site.errorPage(.requestTimeout, nil), isLast: true)
        case .lingering:
            transport.loseConnection()
        case .choosing, .responding, .draining, .ending, .upgraded, .closed:
            return
        }
    }
}

/// A response that is given when the request has come in whole.
private final class StaticResponse: Resource {
    private let response: WebResponse
    init(_ response: WebResponse) { self.response = response }
    override var methods: [HTTPRequest.Method] { KnownMethods.all }
    override func render(_ request: WebRequest) -> Rendering { .response(response) }
}
