import HTTPTypes

/// The client's side of an HTTP/2 connection.
///
/// It knows no socket: it is given what the server sends and says what that means, and it makes the
/// octets that are to be sent.
///
/// ```swift
/// var connection = HTTP2ClientConnection()
/// let stream = try connection.openStream(request, isEnd: true)
/// transport.write(connection.takeOutput())
/// connection.receive(bytes)
/// while let event = try connection.nextEvent() { … }
/// transport.write(connection.takeOutput())
/// ```
///
/// What is wrong with one stream ends that stream (``Event/failed(stream:_:)``); what is wrong with the
/// connection is thrown, after GOAWAY has been put into the output. Both limits of flow control are kept:
/// body that may not be sent yet waits here, and the server may send more once ``consume(_:stream:)`` says
/// that what came is used.
///
/// RFC 9113.
struct HTTP2ClientConnection: Sendable {
    /// What the server says.
    enum Event: Equatable, Sendable {
        /// The server's settings have come, or have changed.
        case settings
        /// A 1xx response.
        case informational(stream: Int, HTTPResponse)
        /// The response's head.
        case response(stream: Int, HTTPResponse)
        /// Octets of the body, never none; to be told to ``consume(_:stream:)``.
        case data(stream: Int, [UInt8])
        /// The response is whole.
        case end(stream: Int, trailers: HTTPFields)
        /// All that ``sendData(_:stream:isEnd:)`` was given has been put into the output.
        case sent(stream: Int)
        /// The server has ended the stream, and says why.
        case reset(stream: Int, HTTP2ErrorCode)
        /// The server has not looked at the request: it may be sent again, elsewhere.
        case refused(stream: Int)
        /// The server broke a rule, and the stream is ended.
        case failed(stream: Int, HTTP2Error)
        /// The server takes no further requests here; those it has taken go on.
        case goAway(HTTP2ErrorCode)
        /// The answer to ``ping(_:)``.
        case pong([UInt8])
    }

    /// A block of fields of which parts are still to come.
    struct FieldBlock: Sendable {
        var stream: Int
        var isEnd: Bool
        var octets: [UInt8]
        var continuations = 0
    }

    /// A window may not be larger.
    static let windowLimit = 0x7fff_ffff
    /// The windows before anything is said about them.
    static let defaultWindow = 65_535
    /// What every peer takes in one frame; larger ones would let one stream hold up the others longer.
    static let frameLimit = 16_384
    /// What a client sends first.
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    let options: HTTP2Options
    var parser = HTTP2FrameParser()
    var encoder = HPACKEncoder()
    var decoder: HPACKDecoder
    var output: [UInt8] = []
    var events: [Event] = []
    var streams: [Int: HTTP2Stream] = [:]
    /// Streams whose body waits for a window, in the order of their turns.
    var blocked: [Int] = []
    var nextStream = 1
    var block: FieldBlock?
    /// Streams that this side ended, of which the server may not know yet.
    var abandoned: Set<Int> = []
    /// All streams up to this one may be such.
    var abandonedBelow = 0
    var failure: HTTP2Error?
    var hasSettings = false
    var isAcknowledged = false
    /// What the server said in GOAWAY.
    private(set) var lastStream: Int?
    /// Frames that may still come without bringing anything.
    var patience: Int
    /// Octets in the output that answer the server's own frames.
    var replyCount = 0

    // What the server allows.
    var peerWindow = defaultWindow
    /// Until the server says otherwise; RFC 9113 §6.5.2 wants no server to allow less.
    var peerStreamLimit = 100
    var peerFieldsLimit = Int.max
    var sendWindow = defaultWindow

    // What this side allows.
    var receiveWindow = defaultWindow
    var consumed = 0

    /// Makes a connection; the output has the preface and SETTINGS.
    init(_ options: HTTP2Options = HTTP2Options()) {
        self.options = options
        decoder = HPACKDecoder(listLimit: options.fieldsLimit)
        patience = options.idleFrameLimit
        output += Self.preface
        HTTP2Frame.write(
            [
                HTTP2Setting(.enablePush, 0),
                HTTP2Setting(.initialWindowSize, UInt32(clamping: options.streamWindow)),
                HTTP2Setting(.maxHeaderListSize, UInt32(clamping: options.fieldsLimit)),
            ], into: &output)
        let more = min(options.connectionWindow, Self.windowLimit) - receiveWindow
        if more > 0 {
            receiveWindow += more
            writeWindowUpdate(0, more)
        }
    }

    // MARK: State

    /// How many requests are under way.
    var streamCount: Int { streams.count }

    /// Whether no further request can ever be sent here.
    var isEnding: Bool {
        failure != nil || lastStream != nil || nextStream > Self.windowLimit
    }

    /// Whether a request can be sent now.
    var canOpenStream: Bool {
        !isEnding && streams.count < min(peerStreamLimit, options.streamLimit)
    }

    /// Takes what is to be sent to the server.
    mutating func takeOutput() -> [UInt8] {
        defer {
            output = []
            replyCount = 0
        }
        return output
    }

    // MARK: Receiving

    /// Takes octets from the server.
    mutating func receive(_ bytes: Span<UInt8>) {
        guard failure == nil else { return }
        parser.receive(bytes)
    }

    /// What the octets say next; nil when more are needed.
    ///
    /// - Throws: What is wrong with the connection; every later call throws the same.
    mutating func nextEvent() throws(HTTP2Error) -> Event? {
        if !events.isEmpty { return events.removeFirst() }
        if let failure { throw failure }
        do throws(HTTP2Error) {
            if !hasSettings { try parser.checkPreface() }
            while events.isEmpty {
                guard let frame = try parser.nextFrame() else { return nil }
                try receive(frame)
            }
            return events.removeFirst()
        } catch {
            fail(error)
            throw error
        }
    }

    private mutating func receive(_ frame: HTTP2Frame) throws(HTTP2Error) {
        if !hasSettings {
            guard case .settings = frame else { throw .notHTTP2 }
            hasSettings = true
        }
        patience -= 1
        try serve(frame)
        // What brought something has set it back.
        guard patience >= 0 else { throw .flood }
    }

    private mutating func serve(_ frame: HTTP2Frame) throws(HTTP2Error) {
        if let block {
            guard case .continuation(block.stream, let octets, let isWhole) = frame else {
                throw .brokenFieldBlock
            }
            return try continueBlock(octets, isWhole)
        }
        switch frame {
        case .data(let stream, let octets, let flow, let isEnd):
            try receiveData(stream, octets, flow, isEnd)
        case .headers(let stream, let octets, let isEnd, let isWhole):
            try receiveHeaders(stream, octets, isEnd, isWhole)
        case .continuation: throw .brokenFieldBlock
        case .settings(let settings): try receive(settings)
        case .settingsAcknowledgment: acknowledged()
        case .pushPromise: throw .push
        case .ping(let octets, true): events.append(.pong(octets))
        case .ping(let octets, false):
            HTTP2Frame.write(
                .ping, flags: HTTP2Frame.flagEnd, stream: 0, octets, into: &output)
            replyCount += HTTP2Frame.headSize + octets.count
        case .goAway(let last, let code, _): receiveGoAway(last, code)
        case .windowUpdate(let stream, let increment):
            try receiveWindowUpdate(stream, increment)
        case .reset(let stream, let code): try receiveReset(stream, code)
        case .invalid(let stream, let error):
            try checkOpened(stream, .priority)
            failStream(stream, error)
        case .priority, .unknown: break
        }
    }

    private mutating func receiveGoAway(_ last: Int, _ code: HTTP2ErrorCode) {
        let last = min(last, lastStream ?? Int.max)
        lastStream = last
        for stream in streams.keys.sorted() where stream > last {
            if streams[stream]?.isRemoteEnded == false { events.append(.refused(stream: stream)) }
            forget(stream)
        }
        events.append(.goAway(code))
    }

    private mutating func receiveReset(
        _ stream: Int, _ code: HTTP2ErrorCode
    ) throws(HTTP2Error) {
        try checkOpened(stream, .reset)
        guard let state = streams[stream] else { return }
        forget(stream)
        // RFC 9113 §8.1: a server that needs no more of the request says so after its response.
        if state.isRemoteEnded { return }
        events.append(
            code == .refusedStream ? .refused(stream: stream) : .reset(stream: stream, code))
    }

    /// A frame of a stream that was never opened is an error of the connection.
    ///
    /// RFC 9113 §5.1.
    func checkOpened(_ stream: Int, _ type: HTTP2FrameType) throws(HTTP2Error) {
        guard stream % 2 == 1, stream < nextStream else {
            throw .unexpectedFrame(type, stream: stream)
        }
    }

    // MARK: Ending

    /// Ends the connection for the server: GOAWAY with the code of the error.
    private mutating func fail(_ error: HTTP2Error) {
        failure = error
        events = []
        parser = HTTP2FrameParser()
        block = nil
        let reason = Array(error.description.utf8.prefix(200))
        writeGoAway(error.code, reason)
    }

    /// Tells the server that nothing further is wanted; the connection is to be closed.
    mutating func close() {
        guard failure == nil else { return }
        writeGoAway(.noError, [])
    }

    private mutating func writeGoAway(_ code: HTTP2ErrorCode, _ reason: [UInt8]) {
        // No stream of the server's was ever taken.
        HTTP2Frame.write(
            .goAway, stream: 0,
            HTTP2Frame.octets(0) + HTTP2Frame.octets(code.rawValue) + reason, into: &output)
    }

    /// Ends a stream at this side; nothing more is told of it.
    ///
    /// - Parameters:
    ///   - stream: The stream; one that has ended changes nothing.
    ///   - code: What the server is told.
    mutating func reset(_ stream: Int, _ code: HTTP2ErrorCode = .cancel) {
        guard streams[stream] != nil else { return }
        forget(stream)
        for case .data(stream, let octets) in events { consumeConnection(octets.count) }
        events.removeAll { $0.stream == stream }
        noteAbandoned(stream)
        HTTP2Frame.write(
            .reset, stream: stream, HTTP2Frame.octets(code.rawValue), into: &output)
        replyCount += HTTP2Frame.headSize + 4
    }

    /// Ends a stream on which the server broke a rule.
    mutating func failStream(_ stream: Int, _ error: HTTP2Error) {
        guard let state = streams[stream] else { return }
        reset(stream, error.code)
        // After a whole response nobody listens any more.
        if !state.isRemoteEnded { events.append(.failed(stream: stream, error)) }
    }

    mutating func forget(_ stream: Int) {
        streams[stream] = nil
        blocked.removeAll { $0 == stream }
    }

    private mutating func noteAbandoned(_ stream: Int) {
        abandoned.insert(stream)
        // So many are not remembered one by one: what still comes for older ones is passed over.
        if abandoned.count > 1000 {
            abandonedBelow = max(abandonedBelow, abandoned.max() ?? 0)
            abandoned = []
        }
    }
}

extension HTTP2ClientConnection.Event {
    /// The stream that is spoken of; 0 for the connection.
    var stream: Int {
        switch self {
        case .informational(let stream, _), .response(let stream, _), .data(let stream, _),
            .end(let stream, _), .sent(let stream), .reset(let stream, _), .refused(let stream),
            .failed(let stream, _):
            stream
        case .settings, .goAway, .pong: 0
        }
    }
}
