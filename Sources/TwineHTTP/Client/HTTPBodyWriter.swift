public import HTTPTypes
public import TwineCore

/// Writes the body of a request as it is made.
///
/// ```swift
/// .async { writer in
///     for piece in pieces { try await writer.write(piece).value }
/// }
/// ```
@Reactor
public final class HTTPBodyWriter: Producer {
    private let length: Int?
    private let ended: @Reactor (Result<Void, any Error>) -> Void
    private var transport: (any StreamTransport)?
    private let observer: (any HTTPRequestObserver)?
    private var sent = 0
    private var isPaused = false
    private var waiting: [Deferred<Void>] = []

    init(
        _ transport: any StreamTransport, length: Int?, observer: (any HTTPRequestObserver)? = nil,
        ended: @escaping @Reactor (Result<Void, any Error>) -> Void
    ) {
        self.transport = transport
        self.length = length
        self.observer = observer
        self.ended = ended
        transport.registerProducer(self, streaming: true)
    }

    /// Whether nothing more is sent: the body was finished, or the request is over.
    public var isClosed: Bool { transport == nil }

    /// Sends octets after all that was written before.
    ///
    /// - Returns: Fires when the next ones may come; fails when the request is over.
    @discardableResult
    public func write(_ bytes: Span<UInt8>) -> Deferred<Void> {
        guard let transport else { return refused(HTTPError.closed) }
        guard !bytes.isEmpty else { return succeed(()) }
        sent += bytes.count
        if let length {
            guard sent <= length else {
                let error = HTTPError.requestBodyLength(announced: length, sent: sent)
                self.fail(error)
                return refused(error)
            }
            transport.write(bytes)
            observer?.sent(bytes)
        } else {
            var chunk: [UInt8] = []
            HTTPSerializer.serializeChunk(bytes, into: &chunk)
            transport.write(chunk)
            observer?.sent(chunk.span)
        }
        guard isPaused else { return succeed(()) }
        let deferred = Deferred<Void>()
        waiting.append(deferred)
        // Who does not wait for room need not hear that there will be none: the request itself tells.
        deferred.addErrback { _ in }
        return deferred
    }

    private func refused(_ error: HTTPError) -> Deferred<Void> {
        let deferred: Deferred<Void> = TwineCore.fail(error)
        deferred.addErrback { _ in }
        return deferred
    }

    /// As the other, for an array.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Deferred<Void> {
        write(bytes.span)
    }

    /// Ends the body.
    ///
    /// - Parameter trailers: Fields after a body in chunks; with an announced length they cannot be sent.
    public func finish(trailers: HTTPFields = HTTPFields()) {
        guard let transport else { return }
        if let length {
            guard sent == length else {
                return self.fail(HTTPError.requestBodyLength(announced: length, sent: sent))
            }
        } else {
            var last: [UInt8] = []
            do {
                try HTTPSerializer.serializeLastChunk(trailers: trailers, into: &last)
            } catch {
                return self.fail(error)
            }
            transport.write(last)
            observer?.sent(last.span)
        }
        close(.success(()))
    }

    /// Gives the request up: it fails with `error`.
    public func fail(_ error: any Error) {
        guard transport != nil else { return }
        close(.failure(error))
    }

    private func close(_ result: Result<Void, any Error>) {
        transport.take()?.unregisterProducer()
        release(.failure(HTTPError.closed))
        ended(result)
    }

    private func release(_ result: Result<Void, any Error>) {
        let released = waiting
        waiting = []
        for deferred in released { deferred.fire(result) }
    }

    /// See `Producer`.
    public func pauseProducing() {
        isPaused = true
    }

    /// See `Producer`.
    public func resumeProducing() {
        isPaused = false
        release(.success(()))
    }

    /// See `Producer`.
    public func stopProducing() {
        transport = nil
        release(.failure(HTTPError.closed))
    }
}

extension HTTPClient.Request.Body {
    /// What an async function writes; the body ends with it, and fails with what it throws.
    ///
    /// - Parameters:
    ///   - length: How much that will be; nil sends it in chunks.
    ///   - body: Writes the body. Who awaits each `write` goes as fast as the server.
    /// - Returns: The body: it can be sent once.
    public static func async(
        length: Int? = nil,
        _ body: @escaping @Reactor @Sendable (HTTPBodyWriter) async throws -> Void
    ) -> Self {
        .stream(length: length) { writer in
            inlineCallbacks { try await body(writer) }.addBoth { result in
                switch result {
                case .success: writer.finish()
                case .failure(let error): writer.fail(error)
                }
            }
        }
    }
}
