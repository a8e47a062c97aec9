import HTTPTypes

/// What comes on streams: fields and bodies.
extension HTTP2ClientConnection {
    // MARK: Fields

    mutating func receiveHeaders(
        _ stream: Int, _ octets: [UInt8], _ isEnd: Bool, _ isWhole: Bool
    ) throws(HTTP2Error) {
        try checkOpened(stream, .headers)
        guard octets.count <= options.blockLimit else {
            throw .fieldsTooLarge(limit: options.blockLimit)
        }
        let block = FieldBlock(stream: stream, isEnd: isEnd, octets: octets)
        if isWhole {
            try received(block)
        } else {
            self.block = block
        }
    }

    mutating func continueBlock(_ octets: [UInt8], _ isWhole: Bool) throws(HTTP2Error) {
        guard var block = block.take() else { throw .brokenFieldBlock }
        block.continuations += 1
        guard block.continuations <= options.continuationLimit else { throw .flood }
        guard block.octets.count + octets.count <= options.blockLimit else {
            throw .fieldsTooLarge(limit: options.blockLimit)
        }
        block.octets += octets
        if isWhole {
            try received(block)
        } else {
            self.block = block
        }
    }

    private mutating func received(_ block: FieldBlock) throws(HTTP2Error) {
        let list: HPACKDecoder.Result
        do throws(HPACKError) {
            list = try decoder.decode(block.octets.span)
        } catch {
            throw .compression(error)
        }
        let stream = block.stream
        guard let state = streams[stream] else { return try checkAbandoned(stream, .headers) }
        if state.isRemoteEnded {
            return failStream(stream, .streamClosed(.headers, stream: stream))
        }
        patience = options.idleFrameLimit
        do throws(HTTP2Error) {
            guard !list.isTooLarge else { throw .fieldsTooLarge(limit: options.fieldsLimit) }
            if state.hasHead {
                try receiveTrailers(list.fields, stream, block.isEnd)
            } else {
                try receiveHead(list.fields, stream, block.isEnd)
            }
        } catch {
            failStream(stream, error)
        }
    }

    private mutating func receiveHead(
        _ fields: [HPACKField], _ stream: Int, _ isEnd: Bool
    ) throws(HTTP2Error) {
        let response = try HTTP2Head.response(fields)
        let code = response.status.code
        if code < 200 {
            // RFC 9113 §8.1.1, §8.6: an interim response does not end, and nothing is switched here.
            guard !isEnd else { throw .malformed("a response that ends with status \(code)") }
            guard code != 101 else { throw .malformed("the status 101") }
            events.append(.informational(stream: stream, response))
            return
        }
        let announced = try HTTP2Head.contentLength(response.headerFields)
        streams[stream]?.hasHead = true
        // RFC 9110 §6.4.1: here Content-Length speaks of what another response would have.
        let isEmpty = streams[stream]?.isHead == true || code == 204 || code == 304
        streams[stream]?.announced = isEmpty ? 0 : announced
        // A length that is not kept is found before anybody hears of the head.
        if isEnd { try checkLength(stream) }
        events.append(.response(stream: stream, response))
        if isEnd { ended(stream, HTTPFields()) }
    }

    private mutating func receiveTrailers(
        _ list: [HPACKField], _ stream: Int, _ isEnd: Bool
    ) throws(HTTP2Error) {
        guard isEnd else { throw .malformed("fields in the middle of a body") }
        let trailers = try HTTP2Head.fields(list)
        try checkLength(stream)
        ended(stream, trailers)
    }

    /// RFC 9113 §8.1.1.
    private func checkLength(_ stream: Int) throws(HTTP2Error) {
        guard let state = streams[stream], let announced = state.announced,
            announced != state.received
        else { return }
        throw .contentLength(announced: announced, received: state.received)
    }

    private mutating func ended(_ stream: Int, _ trailers: HTTPFields) {
        streams[stream]?.isRemoteEnded = true
        if streams[stream]?.isLocalEnded == true { forget(stream) }
        events.append(.end(stream: stream, trailers: trailers))
    }

    /// What comes for a stream that this side ended is passed over; for one that the server ended it is
    /// an error.
    private func checkAbandoned(_ stream: Int, _ type: HTTP2FrameType) throws(HTTP2Error) {
        guard stream <= abandonedBelow || abandoned.contains(stream) else {
            throw .streamClosed(type, stream: stream)
        }
    }

    // MARK: Bodies

    mutating func receiveData(
        _ stream: Int, _ octets: [UInt8], _ flow: Int, _ isEnd: Bool
    ) throws(HTTP2Error) {
        try checkOpened(stream, .data)
        receiveWindow -= flow
        guard receiveWindow >= 0 else { throw .windowExceeded(stream: 0) }
        guard var state = streams[stream] else {
            try checkAbandoned(stream, .data)
            return consumeConnection(flow)
        }
        state.receiveWindow -= flow
        state.received += octets.count
        streams[stream] = state
        if let error = dataError(stream, state, isEnd) {
            consumeConnection(flow)
            return failStream(stream, error)
        }
        // Nobody uses the padding.
        consume(flow - octets.count, stream: stream)
        if !octets.isEmpty {
            patience = options.idleFrameLimit
            events.append(.data(stream: stream, octets))
        }
        if isEnd { ended(stream, HTTPFields()) }
    }

    private func dataError(_ stream: Int, _ state: HTTP2Stream, _ isEnd: Bool) -> HTTP2Error? {
        if state.isRemoteEnded { return .streamClosed(.data, stream: stream) }
        if state.receiveWindow < 0 { return .windowExceeded(stream: stream) }
        guard state.hasHead else { return .malformed("a body before the head") }
        if let announced = state.announced,
            state.received > announced || isEnd && state.received != announced
        {
            return .contentLength(announced: announced, received: state.received)
        }
        return nil
    }

    /// Tells that octets of a body are used: the server may send as many more.
    ///
    /// - Parameters:
    ///   - count: How many, of those in ``Event/data(stream:_:)``.
    ///   - stream: Theirs; it may have ended since.
    mutating func consume(_ count: Int, stream: Int) {
        guard count > 0, failure == nil else { return }
        consumeConnection(count)
        guard var state = streams[stream], !state.isRemoteEnded else { return }
        state.consumed += count
        // Told in large steps: a frame for each piece would be as much again as small pieces.
        if state.consumed >= options.streamWindow / 2 {
            writeWindowUpdate(stream, state.consumed)
            state.receiveWindow += state.consumed
            state.consumed = 0
        }
        streams[stream] = state
    }

    mutating func consumeConnection(_ count: Int) {
        consumed += count
        guard consumed >= max(options.connectionWindow, Self.defaultWindow) / 2 else { return }
        writeWindowUpdate(0, consumed)
        receiveWindow += consumed
        consumed = 0
    }

    mutating func writeWindowUpdate(_ stream: Int, _ increment: Int) {
        HTTP2Frame.write(
            .windowUpdate, stream: stream, HTTP2Frame.octets(UInt32(clamping: increment)),
            into: &output)
    }
}
