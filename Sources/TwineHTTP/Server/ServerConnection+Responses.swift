import HTTPTypes
import TwineCore

// What goes out: heads, bodies, and the end of the connection.
extension ServerConnection {
    func respond(with response: WebResponse, isLast: Bool = false) {
        guard let request, request.hasAddedFields else {
            return send(response, to: request, isLast: isLast)
        }
        var response = response
        response.headerFields.append(contentsOf: request.addedFields)
        send(response, to: request, isLast: isLast)
    }

    private func send(_ response: WebResponse, to request: WebRequest?, isLast: Bool) {
        guard let transport else { return }
        let version = request?.version ?? .http11
        let isHead = request?.method == .head
        var persists =
            !isLast && request?.framing.isPersistent == true && !site.isClosing
            && requests < site.options.requestsPerConnection && (!inputEnded || hasInput)
        let code = response.status.code
        record?.status = code
        let hasNoBody = code < 200 || code == 204 || code == 304
        var length = ResponseHead.Length.none
        switch response.body {
        case _ where hasNoBody: break
        case .empty: length = .octets(0)
        case .octets(let octets): length = .octets(octets.count)
        case .stream(let count?, _): length = .octets(count)
        case .pieces(let pieces): length = .octets(pieces.reduce(0) { $0 + $1.count })
        case .stream(nil, _) where version >= .http11: length = .chunked
        case .stream: persists = isHead && persists
        }
        let connection: ResponseHead.Connection =
            response.upgrade != nil
            ? .upgrade
            : !persists ? .close : version < .http11 ? .keepAlive : .implied
        var output = site.takeScratch()
        ResponseHead.append(response, length, connection, date: site.dateLine, to: &output)
        written += output.count
        let body = isHead || hasNoBody ? .empty : response.body
        if case .octets(let octets) = body {
            written += octets.count
            record?.octets += octets.count
            // Small bodies leave with the head in one piece; large ones are not copied.
            let isSmall = octets.count <= ServerConnection.copyLimit
            if isSmall { output.append(contentsOf: octets) }
            transport.write(output.span)
            if !isSmall { transport.write(octets) }
        } else {
            transport.write(output.span)
        }
        site.giveBack(output)
        if let next = response.upgrade { return upgrade(to: next()) }
        switch body {
        case .empty, .octets:
            responded(persists: persists)
        case .stream(let count, let write):
            let framing: BodyWriter.Framing =
                count.map { .length($0) } ?? (version >= .http11 ? .chunked : .untilClose)
            stream(framing, write, persists: persists)
        case .pieces(let pieces):
            expect(within: site.options.writeTimeout)
            send(pieces[...], persists: persists)
        }
    }

    private func stream(
        _ framing: BodyWriter.Framing, _ write: @Reactor (BodyWriter) -> Deferred<Void>,
        persists: Bool
    ) {
        guard let transport else { return }
        let writer = BodyWriter(framing, transport)
        self.writer = writer
        transport.registerProducer(self, streaming: true)
        expect(within: site.options.writeTimeout)
        let writing = write(writer)
        work = writing
        writing.addBoth { [weak self] result in
            self?.streamed(result, persists: persists)
        }
        if phase == .closed { work.take()?.cancel() }
    }

    private func send(_ pieces: ArraySlice<WebResponse.Piece>, persists: Bool) {
        var rest = pieces
        while let piece = rest.popFirst() {
            switch piece {
            case .octets(let octets):
                written += octets.count
                record?.octets += octets.count
                transport?.write(octets)
            case .file(let file, let range):
                guard let transport else { return }
                let sender = FileSender(file, range)
                self.sender = sender
                let sending = sender.send(on: transport)
                work = sending
                let later = rest
                sending.addBoth { [weak self] result in
                    self?.sent(result, later, persists: persists)
                }
                return
            }
        }
        responded(persists: persists)
    }

    private func sent(
        _ result: Result<UInt8?, any Error>, _ rest: ArraySlice<WebResponse.Piece>, persists: Bool
    ) {
        work = nil
        written += sender?.sent ?? 0
        record?.octets += sender?.sent ?? 0
        sender = nil
        guard phase == .responding else { return }
        switch result {
        case .success: send(rest, persists: persists)
        case .failure(let error):
            // That a client goes away is its own affair.
            if !(error is ConnectionLost) { let _: Void? = try? logError(error) }
            // The client must not take what it has for the whole.
            abort()
        }
    }

    private func streamed(_ result: Result<Void, any Error>, persists: Bool) {
        work = nil
        guard phase == .responding, let writer = writer.take() else { return }
        transport?.unregisterProducer()
        do {
            try result.get()
            try writer.finish()
            written += writer.written
            record?.octets += writer.written
            return responded(persists: persists)
        } catch {
            writer.lose(.aborted)
            let _: Void? = try? logError(error)
        }
        // The client must not take what it has for the whole.
        abort()
    }

    /// Hands the connection over, with what has come behind the request.
    private func upgrade(to next: any StreamProtocol) {
        guard let transport else { return }
        noteEnd(isComplete: true)
        request = nil
        phase = .upgraded
        upgraded = next
        stopTimer()
        next.connectionMade(transport)
        if !isReading { passOn() }
    }

    /// Gives what waits to the protocol that the connection was handed over to.
    func passOn() {
        let bytes = waiting
        waiting = []
        if !bytes.isEmpty { upgraded?.dataReceived(bytes.span) }
        guard phase == .upgraded else { return }
        if inputEnded { upgradedInputEnded() } else { transport?.resumeReading() }
    }

    func upgradedInputEnded() {
        if let next = upgraded?.halfCloseable {
            next.readConnectionLost()
        } else {
            transport?.loseConnection()
        }
    }

    /// Goes on to the next request, or closes.
    private func responded(persists: Bool) {
        noteEnd(isComplete: true)
        request = nil
        guard persists, !site.isClosing else {
            phase = .ending
            if !isReading { close(unread: !waiting.isEmpty || !parser.isIdle && !parser.isClosed) }
            return
        }
        if let transport, transport.bufferedCount > transport.writeHighWatermark {
            phase = .draining
            expect(within: site.options.writeTimeout)
            return transport.registerProducer(self, streaming: false)
        }
        phase = .idle
        if !isReading { readWaiting() }
    }

    /// Whether there may be another request in what has come.
    private var hasInput: Bool { isReading || !waiting.isEmpty }

    func readWaiting() {
        let bytes = waiting
        waiting = []
        if !bytes.isEmpty { read(bytes.span) }
        guard phase == .idle || phase == .receiving else { return }
        if inputEnded || site.isClosing && phase == .idle { return close(unread: false) }
        if bytes.isEmpty {
            expect(within: site.options.idleTimeout)
        } else {
            transport?.resumeReading()
        }
    }

    /// Closes so that the client gets all that was sent.
    ///
    /// A close while input is unread is a reset, which may overtake the response.
    ///
    /// - Parameter unread: Whether there is input, or may be, that nobody will read.
    ///
    /// RFC 9112 §9.6.
    func close(unread: Bool) {
        request = nil
        waiting = []
        guard unread, !inputEnded else {
            phase = .closed
            transport?.loseConnection()
            return
        }
        phase = .lingering
        expect(within: site.options.lingerTimeout)
        transport?.loseWriteConnection()
        transport?.resumeReading()
    }
}
