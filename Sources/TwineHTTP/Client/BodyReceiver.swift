public import TwineCore

/// What takes the body of a response as it arrives.
@Reactor
public protocol BodyReceiver: AnyObject {
    /// Octets of the body have come, content codings taken off.
    ///
    /// - Parameter bytes: Lent for the time of the call; what is to be kept is to be copied.
    /// - Returns: Whether more is wanted. After false nothing more is called, and the connection is freed.
    func bodyReceived(_ bytes: Span<UInt8>) -> Bool

    /// The body is complete, or will never be.
    func bodyEnded(_ result: Result<Void, any Error>)
}

/// Gives the body to a function, and the end to a Deferred.
@Reactor
final class FunctionReceiver: BodyReceiver {
    let deferred: Deferred<Void>
    private let body: @Reactor (Span<UInt8>) throws -> Bool

    init(_ deferred: Deferred<Void>, _ body: @escaping @Reactor (Span<UInt8>) throws -> Bool) {
        self.deferred = deferred
        self.body = body
    }

    func bodyReceived(_ bytes: Span<UInt8>) -> Bool {
        do {
            if try body(bytes) { return true }
            deferred.callback(())
        } catch {
            deferred.errback(error)
        }
        return false
    }

    func bodyEnded(_ result: Result<Void, any Error>) {
        deferred.fire(result)
    }
}

/// Collects the body.
@Reactor
final class BodyCollector: BodyReceiver {
    private let deferred: Deferred<[UInt8]>
    private let limit: Int
    private var octets: [UInt8] = []

    init(_ deferred: Deferred<[UInt8]>, limit: Int, announced: Int?) {
        self.deferred = deferred
        self.limit = limit
        // What a server announces it need not send: no more is reserved than one read may bring.
        if let announced { octets.reserveCapacity(min(announced, limit, 65_536)) }
    }

    func bodyReceived(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count <= limit - octets.count else {
            octets = []
            deferred.errback(HTTPError.bodyTooLarge(limit: limit))
            return false
        }
        octets.appendOctets(bytes)
        return true
    }

    func bodyEnded(_ result: Result<Void, any Error>) {
        switch result {
        case .success: deferred.callback(octets)
        case .failure(let error): deferred.errback(error)
        }
    }
}
