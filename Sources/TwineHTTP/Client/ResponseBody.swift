public import TwineCore

/// The body of a response, piece by piece: `for try await piece in response.body { … }`.
///
/// The server is held back while a piece is being worked on. Leaving the loop early gives the rest up.
@Reactor
public final class ResponseBody: AsyncSequence, AsyncIteratorProtocol, BodyReceiver {
    private let response: HTTPClient.Response
    private var isStarted = false
    private var pieces: [UInt8] = []
    private var end: Result<Void, any Error>?
    private var waiting: Deferred<[UInt8]?>?

    nonisolated init(_ response: HTTPClient.Response) {
        self.response = response
    }

    isolated deinit {
        if end == nil { response.cancel() }
    }

    /// The body itself: it can be walked through once.
    nonisolated public func makeAsyncIterator() -> ResponseBody { self }

    /// The next octets, as many as there are; nil at the end.
    public func next() async throws -> [UInt8]? {
        try await read().value
    }

    /// The next octets, as many as there are; nil at the end.
    ///
    /// To be called again only after it has fired.
    public func read() -> Deferred<[UInt8]?> {
        let deferred = Deferred<[UInt8]?>(canceller: { [weak self] _ in self?.response.cancel() })
        waiting = deferred
        if !isStarted {
            isStarted = true
            response.receive(Forwarder(self))
        }
        if pieces.isEmpty, end == nil { response.resume() }
        serve()
        return deferred
    }

    private func serve() {
        guard let deferred = waiting, !pieces.isEmpty || end != nil else { return }
        waiting = nil
        if !pieces.isEmpty {
            let taken = pieces
            pieces = []
            deferred.callback(taken)
        } else if case .failure(let error)? = end {
            end = .success(())
            deferred.errback(error)
        } else {
            deferred.callback(nil)
        }
    }

    /// See ``BodyReceiver``.
    public func bodyReceived(_ bytes: Span<UInt8>) -> Bool {
        pieces.appendOctets(bytes)
        response.pause()
        serve()
        return true
    }

    /// See ``BodyReceiver``.
    public func bodyEnded(_ result: Result<Void, any Error>) {
        end = result
        serve()
    }

    /// Stands between the exchange and the sequence, so that a sequence that is dropped is released.
    private final class Forwarder: BodyReceiver {
        private weak var body: ResponseBody?

        init(_ body: ResponseBody) {
            self.body = body
        }

        func bodyReceived(_ bytes: Span<UInt8>) -> Bool {
            body?.bodyReceived(bytes) ?? false
        }

        func bodyEnded(_ result: Result<Void, any Error>) {
            body?.bodyEnded(result)
        }
    }
}
