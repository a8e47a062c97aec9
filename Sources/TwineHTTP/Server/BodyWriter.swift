public import HTTPTypes
public import TwineCore

/// Where the body of a streamed response is written.
@Reactor
public final class BodyWriter {
    enum Framing {
        /// That many octets are still to come.
        case length(Int)
        case chunked
        /// The end of the connection is the end of the body.
        case untilClose
    }

    private var framing: Framing
    private var transport: (any StreamTransport)?
    private var isPaused = false
    private var waiting: Deferred<Void>?
    private var lostReason: ConnectionLost?
    /// Fields that follow the body, when it goes in chunks; otherwise there is no place for them.
    ///
    /// A client may throw them away, and proxies may, unless the request said `TE: trailers`.
    /// RFC 9110 §6.5.1.
    public var trailers = HTTPFields()
    /// Octets handed to the transport.
    private(set) var written = 0

    init(_ framing: Framing, _ transport: any StreamTransport) {
        self.framing = framing
        self.transport = transport
    }

    /// Writes the next octets.
    ///
    /// - Parameter octets: Any number of them; none is no end.
    /// - Returns: Fires when the client has room for more: wait for it, and a slow client holds the
    ///   writer back. It fails with ``ConnectionLost`` when the client is gone, and with
    ///   ``HTTPError`` when that is more than the length announced.
    public func write(_ octets: [UInt8]) -> Deferred<Void> {
        guard let transport else { return gone }
        guard !octets.isEmpty else { return room }
        switch framing {
        case .length(let left):
            guard octets.count <= left else {
                return fail(
                    HTTPError.unserializable(
                        "\(octets.count - left) octets beyond the length announced"))
            }
            framing = .length(left - octets.count)
            written += octets.count
            transport.write(octets)
        case .chunked:
            var size: [UInt8] = []
            HTTPSerializer.serializeChunkStart(count: octets.count, into: &size)
            written += size.count + octets.count + 2
            transport.write(size)
            transport.write(octets)
            transport.write(ChunkText.end.span)
        case .untilClose:
            written += octets.count
            transport.write(octets)
        }
        return room
    }

    /// Writes text as UTF-8.
    ///
    /// - Parameter text: The text.
    /// - Returns: As ``write(_:)-([UInt8])``.
    public func write(_ text: String) -> Deferred<Void> { write(Array(text.utf8)) }

    private var room: Deferred<Void> {
        guard isPaused else { return succeed(()) }
        // A second writer waits for the same room.
        let waiting = waiting ?? Deferred<Void>()
        self.waiting = waiting
        return waiting.addCallback { () }
    }

    private var gone: Deferred<Void> { fail(lostReason ?? .done) }

    func pause() { isPaused = true }

    func resume() {
        isPaused = false
        waiting.take()?.callback(())
    }

    /// The client is gone: whoever waits is told, and later writes fail.
    func lose(_ reason: ConnectionLost) {
        lostReason = reason
        transport = nil
        guard let waiting = waiting.take() else { return }
        // Someone may wait for none of the Deferreds that `write` returned.
        waiting.addErrback { _ in }
        waiting.errback(reason)
    }

    /// Ends the body.
    ///
    /// - Throws: ``HTTPError/unserializable(_:)`` if the length announced was not kept, or a trailer
    ///   cannot be one; the client must not take what it has for the whole.
    func finish() throws(HTTPError) {
        defer { transport = nil }
        switch framing {
        case .length(0), .untilClose: return
        case .length(let left):
            throw .unserializable("a body \(left) octets short of the length announced")
        case .chunked:
            var last: [UInt8] = []
            try HTTPSerializer.serializeLastChunk(trailers: trailers, into: &last)
            written += last.count
            transport?.write(last)
        }
    }
}

/// The fixed part of the chunked coding.
///
/// RFC 9112 §7.1.
private enum ChunkText {
    static let end: [UInt8] = Array("\r\n".utf8)
}
