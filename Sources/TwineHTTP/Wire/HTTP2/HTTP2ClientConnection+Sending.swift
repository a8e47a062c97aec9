import HTTPTypes

/// Requests, their bodies, and what the server allows of them.
extension HTTP2ClientConnection {
    // MARK: Requests

    /// Sends a request's head on a new stream.
    ///
    /// - Parameters:
    ///   - request: The head; fields that only HTTP/1 has are left out.
    ///   - isEnd: Whether it has no body.
    /// - Returns: The stream.
    /// - Throws: ``HTTP2Error/noStreamLeft`` or ``HTTP2Error/requestTooLarge(limit:)``; nothing is sent then.
    mutating func openStream(
        _ request: HTTPRequest, isEnd: Bool
    ) throws(HTTP2Error) -> Int {
        guard canOpenStream else { throw .noStreamLeft }
        let fields = HTTP2Head.fields(of: request)
        guard fields.reduce(0, { $0 + $1.size }) <= peerFieldsLimit else {
            throw .requestTooLarge(limit: peerFieldsLimit)
        }
        let stream = nextStream
        nextStream += 2
        var block: [UInt8] = []
        encoder.encode(fields, into: &block)
        let end = isEnd ? HTTP2Frame.flagEnd : 0
        var type = HTTP2FrameType.headers
        var start = 0
        repeat {
            let part = block[start..<min(block.count, start + Self.frameLimit)]
            start += part.count
            let whole = start == block.count ? HTTP2Frame.flagWhole : 0
            let flags = (type == .headers ? end : 0) | whole
            HTTP2Frame.write(type, flags: flags, stream: stream, part, into: &output)
            type = .continuation
        } while start < block.count
        var state = HTTP2Stream(
            sendWindow: peerWindow,
            receiveWindow: isAcknowledged ? options.streamWindow : Self.defaultWindow,
            isHead: request.method == .head)
        state.isLocalEnded = isEnd
        streams[stream] = state
        return stream
    }

    /// Sends octets of a request's body, as far as the server allows; the rest follows by itself.
    ///
    /// - Parameters:
    ///   - octets: The octets.
    ///   - stream: The request's; one that has ended takes none.
    ///   - isEnd: Whether the body ends with them.
    mutating func sendData(_ octets: [UInt8], stream: Int, isEnd: Bool) {
        guard failure == nil, var state = streams[stream], !state.isLocalEnded, !state.isEnding
        else { return }
        if state.pendingCount == 0 {
            state.pending = octets
            state.pendingStart = 0
        } else {
            state.pending += octets
        }
        state.isEnding = isEnd
        streams[stream] = state
        guard state.isBlocked, !blocked.contains(stream) else { return }
        blocked.append(stream)
        flush()
    }

    /// Sends a ping; ``Event/pong(_:)`` answers it.
    ///
    /// - Parameter octets: Eight; missing ones are 0.
    mutating func ping(_ octets: [UInt8]) {
        let payload = octets.prefix(8) + [UInt8](repeating: 0, count: max(0, 8 - octets.count))
        HTTP2Frame.write(.ping, stream: 0, payload, into: &output)
    }

    /// Sends what the windows let out, a frame of each stream in turn.
    mutating func flush() {
        var waiting: [Int] = []
        while !blocked.isEmpty {
            let stream = blocked.removeFirst()
            guard var state = streams[stream], state.isBlocked else { continue }
            let room = min(sendWindow, state.sendWindow, Self.frameLimit)
            let count = min(state.pendingCount, max(0, room))
            guard count > 0 || state.pendingCount == 0 else {
                waiting.append(stream)
                continue
            }
            writeData(&state, stream, count)
            streams[stream] = state
            if state.isBlocked {
                blocked.append(stream)
            } else {
                if state.isLocalEnded, state.isRemoteEnded { forget(stream) }
                events.append(.sent(stream: stream))
            }
        }
        blocked = waiting
    }

    private mutating func writeData(_ state: inout HTTP2Stream, _ stream: Int, _ count: Int) {
        let end = state.pendingStart + count
        let isLast = state.isEnding && end == state.pending.count
        HTTP2Frame.write(
            .data, flags: isLast ? HTTP2Frame.flagEnd : 0, stream: stream,
            state.pending[state.pendingStart..<end], into: &output)
        state.pendingStart = end
        state.sendWindow -= count
        sendWindow -= count
        if isLast { state.isLocalEnded = true }
        if state.pendingCount == 0 {
            state.pending = []
            state.pendingStart = 0
        }
        // A long upload is answered by many frames that only open the window.
        patience = options.idleFrameLimit
    }

    // MARK: What the server allows

    mutating func receiveWindowUpdate(
        _ stream: Int, _ increment: Int
    ) throws(HTTP2Error) {
        if stream == 0 {
            sendWindow += increment
            guard sendWindow <= Self.windowLimit else { throw .windowOverflow(stream: 0) }
            return flush()
        }
        try checkOpened(stream, .windowUpdate)
        guard let state = streams[stream] else { return }
        guard state.sendWindow + increment <= Self.windowLimit else {
            return failStream(stream, .windowOverflow(stream: stream))
        }
        streams[stream]?.sendWindow += increment
        flush()
    }

    mutating func receive(_ settings: [HTTP2Setting]) throws(HTTP2Error) {
        var window = peerWindow
        for setting in settings {
            let value = Int(setting.value)
            switch setting.id {
            case .headerTableSize: encoder.peerAllows(tableSize: value)
            case .enablePush:
                guard value == 0 else { throw .invalidSetting(setting) }
            case .maxConcurrentStreams: peerStreamLimit = value
            case .initialWindowSize:
                guard value <= Self.windowLimit else { throw .invalidSetting(setting) }
                window = value
            case .maxFrameSize:
                guard (Self.frameLimit...0xff_ffff).contains(value) else {
                    throw .invalidSetting(setting)
                }
            case .maxHeaderListSize: peerFieldsLimit = value
            default: break
            }
        }
        HTTP2Frame.write(
            .settings, flags: HTTP2Frame.flagEnd, stream: 0, [], into: &output)
        replyCount += HTTP2Frame.headSize
        try setPeerWindow(window)
        events.append(.settings)
    }

    /// RFC 9113 §6.9.2: the windows of open streams change by as much as that of new ones.
    private mutating func setPeerWindow(_ window: Int) throws(HTTP2Error) {
        let change = window - peerWindow
        guard change != 0 else { return }
        peerWindow = window
        for stream in streams.keys.sorted() {
            guard let state = streams[stream] else { continue }
            guard state.sendWindow + change <= Self.windowLimit else {
                throw .windowOverflow(stream: stream)
            }
            streams[stream]?.sendWindow += change
        }
        flush()
    }

    /// The server has taken this side's settings: from here on it keeps to them.
    mutating func acknowledged() {
        guard !isAcknowledged else { return }
        isAcknowledged = true
        let change = options.streamWindow - Self.defaultWindow
        for stream in streams.keys { streams[stream]?.receiveWindow += change }
    }
}
