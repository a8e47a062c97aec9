import HTTPTypes
import TwineCore

extension HTTPExchange {
    /// Octets of body that are kept while nobody takes them.
    private static let bufferLimit = 65_536
    /// Encoded octets that are decoded at a step, so that a pause takes effect soon.
    private static let decodingStep = 8192

    /// Sees how the body is packed, and whether it is too long from the start.
    func prepareBody(_ head: HTTPResponse, _ framing: HTTPFraming) throws(HTTPError) {
        if client.options.decodesContent, framing.body != .none,
            let value = head.headerFields[.contentEncoding], request.decodes?(head) ?? true
        {
            do throws(HTTPError) {
                let decoder = try ContentDecoder(contentEncoding: value, limit: maxBody ?? .max)
                if !decoder.isIdentity { self.decoder = decoder }
            } catch {
                // What nobody here can undo is handed over as it is.
                guard client.options.isTolerant, case .unsupportedContentCoding = error else {
                    throw error
                }
            }
        }
        if let maxBody, decoder == nil, case .length(let length) = framing.body, length > maxBody {
            throw .bodyTooLarge(limit: maxBody)
        }
    }

    // MARK: From the connection

    func bodyReceived(_ bytes: Span<UInt8>) {
        guard phase == .body else { return }
        if receiver == nil || isPaused || isDelivering || !buffer.isEmpty {
            keep(bytes)
        } else {
            renewIdle()
            deliver(bytes)
            // The receiver may have paused and resumed at once.
            if phase == .body, !isPaused, connection?.isReadingPaused == true { flush() }
        }
    }

    private func keep(_ bytes: Span<UInt8>) {
        buffer.appendOctets(bytes)
        if buffer.count >= Self.bufferLimit { connection?.pauseReading() }
    }

    /// The connection has the whole body; it is not this exchange's any more.
    func messageEnded(_ trailers: HTTPFields) {
        connection = nil
        guard phase == .body else { return }
        self.trailers = trailers
        ended = .success(())
        stopTimer()
        flush()
    }

    // MARK: From the caller

    func take(_ receiver: any BodyReceiver) {
        guard phase == .body else {
            switch ended {
            case .failure(let error)?: receiver.bodyEnded(.failure(error))
            default: receiver.bodyEnded(.failure(HTTPError.closed))
            }
            return
        }
        self.receiver = receiver
        flush()
    }

    func pause() {
        guard phase == .body, !isPaused else { return }
        isPaused = true
        suspendIdle()
        connection?.pauseReading()
    }

    func resume() {
        guard phase == .body, isPaused else { return }
        isPaused = false
        flush()
    }

    // MARK: Delivery

    /// Delivers what was kept, and then reads on or ends.
    func flush() {
        guard phase == .body, !isPaused, !isDelivering, receiver != nil else { return }
        while !buffer.isEmpty {
            let kept = buffer
            buffer = []
            deliver(kept.span)
            if phase != .body || isPaused { return }
        }
        switch ended {
        case .success?: bodyComplete()
        case .failure(let error)?: failed(error)
        case nil:
            if connection?.isReadingPaused == true || due == .infinity { expect(.idle) }
            connection?.resumeReading()
            // What was kept is delivered: the rest may go the short way.
            if let mover, decoder == nil { connection?.moveBody(to: mover) }
        }
    }

    /// Octets of the body went the short way.
    func bodyMoved(_ count: Int) {
        renewIdle()
        mover?.octetsWritten(count)
    }

    /// The file takes no more of the body.
    func moveFailed(_ error: SystemError) {
        let mover = mover
        stop()
        mover?.fail(error)
    }

    private func deliver(_ bytes: Span<UInt8>) {
        isDelivering = true
        defer { isDelivering = false }
        do throws(HTTPError) {
            guard let decoder else {
                try hand(bytes)
                return
            }
            var start = 0
            while start < bytes.count {
                if isPaused {
                    buffer.appendOctets(bytes.extracting(start..<bytes.count))
                    return
                }
                let end = min(start + Self.decodingStep, bytes.count)
                encodedDelivered += end - start
                try decode(bytes.extracting(start..<end), decoder)
                guard phase == .body else { return }
                start = end
            }
        } catch {
            failed(error)
        }
    }

    private func decode(
        _ piece: Span<UInt8>, _ decoder: ContentDecoder
    ) throws(HTTPError) {
        try decoder.decode(piece) { plain in
            guard let receiver else { return false }
            if receiver.bodyReceived(plain) { return phase == .body }
            stop()
            return false
        }
    }

    private func hand(_ bytes: Span<UInt8>) throws(HTTPError) {
        if let maxBody {
            guard bytes.count <= maxBody - delivered else { throw .bodyTooLarge(limit: maxBody) }
            delivered += bytes.count
        }
        guard let receiver else { return }
        if !receiver.bodyReceived(bytes) { stop() }
    }

    private func bodyComplete() {
        do throws(HTTPError) {
            try decoder?.finish()
        } catch {
            return failed(error)
        }
        let receiver = receiver
        self.receiver = nil
        end()
        receiver?.bodyEnded(.success(()))
    }
}
