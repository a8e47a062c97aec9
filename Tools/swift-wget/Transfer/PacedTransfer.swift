import TwineBytes
import TwineCore
import TwineHTTP

/// One response on its way into a file, held to the rate that all transfers share.
@Reactor
final class PacedTransfer: BodyReceiver {
    /// What holds octets to a rate.
    struct Limit {
        /// Octets that should pass at a time, at most.
        var piece: Int
        /// Takes the place of a piece, and says how long to hold it.
        var take: @Reactor (Int) -> Double
    }

    /// Takes octets; answers whether more are wanted.
    typealias Storing = @Reactor (Span<UInt8>) throws -> Bool

    /// Fires when the body has ended, or no more of it is wanted.
    let ended = Deferred<Void>()
    private let response: HTTPClient.Response
    private let limit: Limit?
    private let clock: any ReactorTime
    private let store: Storing
    /// What has come and is not due yet.
    private var held: [UInt8] = []
    private var timer: DelayedCall?
    private var isOver = false

    /// Begins to take a response's body.
    ///
    /// - Parameters:
    ///   - response: The response.
    ///   - limit: What holds its octets to a rate; nil for none.
    ///   - clock: Whose time.
    ///   - store: Takes the octets.
    init(
        _ response: HTTPClient.Response, limit: Limit?,
        clock: any ReactorTime, _ store: @escaping Storing
    ) {
        self.response = response
        self.limit = limit
        self.clock = clock
        self.store = store
        response.receive(self)
    }

    /// Gives the rest up.
    func cancel() { end(.failure(CancelledError())) }

    /// See `BodyReceiver`.
    func bodyReceived(_ bytes: Span<UInt8>) -> Bool {
        guard !isOver else { return false }
        guard limit != nil else { return put(bytes) }
        let rest = pass(bytes)
        guard !isOver else { return false }
        if rest > 0 {
            held = [UInt8](copying: bytes.extracting((bytes.count - rest)...))
            response.pause()
        }
        return true
    }

    /// See `BodyReceiver`.
    func bodyEnded(_ result: Result<Void, any Error>) { end(result) }

    /// Stores octets piece by piece, as far as they are due.
    ///
    /// - Returns: How many are left, the first piece of which has its time.
    private func pass(_ bytes: Span<UInt8>) -> Int {
        var start = 0
        while start < bytes.count, !isOver {
            let count = min(limit?.piece ?? bytes.count, bytes.count - start)
            let delay = limit?.take(count) ?? 0
            guard delay <= 0 else {
                timer = clock.callLater(delay) { [weak self] in self?.due(count) }
                return bytes.count - start
            }
            guard put(bytes.extracting(start..<start + count)) else { return 0 }
            start += count
        }
        return 0
    }

    /// The first piece of what is held is due.
    private func due(_ count: Int) {
        timer = nil
        let octets = held
        held = []
        guard !isOver, put(octets.span.extracting(0..<count)) else { return }
        let rest = pass(octets.span.extracting(count...))
        guard !isOver else { return }
        if rest > 0 { held = Array(octets.suffix(rest)) } else { response.resume() }
    }

    private func put(_ bytes: Span<UInt8>) -> Bool {
        do {
            if try store(bytes) { return true }
            end(.success(()))
        } catch {
            end(.failure(error))
        }
        return false
    }

    private func end(_ result: Result<Void, any Error>) {
        guard !isOver else { return }
        isOver = true
        timer.take()?.cancel()
        held = []
        response.cancel()
        ended.fire(result)
    }
}
