public import HTTPTypes
public import TwineCore

extension HTTPClient {
    /// The answer to a request: its head, and its body as it arrives.
    ///
    /// The body is taken once, in one of five ways: ``collect(limit:)``, ``receive(_:)-(Reading)``,
    /// ``receive(_:)-(BodyReceiver)``, ``write(to:isMoved:progress:)`` or ``body``. Until then at most some 64 KiB of it are kept and the server
    /// is held back. A response that is dropped without its body being taken frees its connection.
    @Reactor
    public final class Response {
        /// Takes octets of the body, lent for the time of the call; answers whether it wants more.
        public typealias Reading = @Reactor (Span<UInt8>) throws -> Bool

        /// The URL that was fetched in the end, with the fragment that holds for it.
        public let url: WebURL
        /// Status and fields.
        public let head: HTTPResponse
        /// Version and framing.
        public let framing: HTTPFraming
        /// The redirects that led here, first first.
        public let redirects: [Redirect]
        private let exchange: HTTPExchange
        private var isTaken = false

        init(
            _ exchange: HTTPExchange, url: WebURL, head: HTTPResponse, framing: HTTPFraming,
            redirects: [Redirect]
        ) {
            self.exchange = exchange
            self.url = url
            self.head = head
            self.framing = framing
            self.redirects = redirects
        }

        isolated deinit {
            // Nobody is left to take the body, or to end a pause.
            if isTaken { exchange.resume() } else { exchange.stop() }
        }

        /// The status.
        public var status: HTTPResponse.Status { head.status }

        /// The fields.
        public var fields: HTTPFields { head.headerFields }

        /// Octets of the body as they travel, where the server announced them.
        public var contentLength: Int? {
            if case .length(let count) = framing.body { return count }
            guard framing.body == .none else { return nil }
            // What the answer to HEAD says of the body that GET would bring.
            return head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
        }

        /// Whether content codings are taken off the body.
        public var isDecoded: Bool { exchange.decoder != nil }

        /// Octets of the body, as they travel, that were decoded so far; 0 where nothing is.
        public var encodedReceived: Int { exchange.encodedDelivered }

        /// The fields after the body; empty until it has ended.
        public var trailers: HTTPFields { exchange.trailers }

        /// Whether the status is a success (2xx).
        public var isSuccess: Bool { head.status.kind == .successful }

        /// Fails with ``HTTPError/status(code:reason:)`` and gives the body up unless the status is a success.
        ///
        /// - Returns: This response.
        @discardableResult
        public func requireSuccess() throws(HTTPError) -> Response {
            guard !isSuccess else { return self }
            cancel()
            throw .status(code: status.code, reason: status.reasonPhrase)
        }

        /// Gives the body to `receiver` as it arrives.
        public func receive(_ receiver: any BodyReceiver) {
            guard !isTaken else {
                return receiver.bodyEnded(.failure(HTTPError.closed))
            }
            isTaken = true
            exchange.take(receiver)
        }

        /// Gives the body to a function as it arrives.
        ///
        /// - Parameter reading: Takes octets; by answering false, or by throwing, it gives the rest up.
        /// - Returns: Fires when the body has ended or the function wanted no more.
        @discardableResult
        public func receive(_ reading: @escaping Reading) -> Deferred<Void> {
            let deferred = Deferred<Void>(canceller: { [exchange] _ in exchange.stop() })
            receive(FunctionReceiver(deferred, reading))
            return deferred
        }

        /// Collects the whole body.
        ///
        /// - Parameter limit: The most octets; more fail with ``HTTPError/bodyTooLarge(limit:)``.
        /// - Returns: The body, content codings taken off.
        public func collect(limit: Int = 64 << 20) -> Deferred<[UInt8]> {
            let deferred = Deferred<[UInt8]>(canceller: { [exchange] _ in exchange.stop() })
            receive(BodyCollector(deferred, limit: max(0, limit), announced: contentLength))
            return deferred
        }

        /// Writes the body into a file, at its position; content codings are taken off.
        ///
        /// The system calls are made in the loop, and wait if the file is slow: it should be a regular one.
        /// What has come is in the file, whatever happens afterwards.
        ///
        /// - Parameters:
        ///   - descriptor: The file, open for writing until the Deferred has fired.
        ///   - isMoved: Whether a body of known length, on a connection without TLS and for a regular file,
        ///     is moved there without a copy in this program (splice(2) on Linux); any other is copied
        ///     whatever this says. The octets are then not told to an observer that hears bodies.
        ///   - progress: Told after each piece how many octets are written in all.
        /// - Returns: The number of octets; ``TwineCore/SystemError`` when the file takes no more, else why
        ///   the body is not whole.
        public func write(
            to descriptor: Int32, isMoved: Bool = false, progress: (@Reactor (Int) -> Void)? = nil
        ) -> Deferred<Int> {
            let deferred = Deferred<Int>(canceller: { [exchange] _ in exchange.stop() })
            let writer = BodyFileWriter(descriptor, deferred, progress)
            if isMoved, writer.takesMoved { exchange.mover = writer }
            receive(writer)
            return deferred
        }

        /// The body, for `for try await`.
        public var body: ResponseBody { ResponseBody(self) }

        /// Holds the server back until ``resume()``, or until this response is dropped.
        public func pause() {
            exchange.pause()
        }

        /// Takes back ``pause()``.
        public func resume() {
            exchange.resume()
        }

        /// Gives the rest of the body up: what takes it is not called any more.
        ///
        /// The connection is kept if little is known to remain, else closed.
        public func cancel() {
            exchange.stop()
        }
    }
}
