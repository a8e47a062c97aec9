public import HTTPTypes
public import TwineCore
public import TwineTLS

/// One request and its response on their way into a web archive.
///
/// It hears of both as the observer of the request, or from whoever observes it: ``sent(_:)``,
/// ``requestSent(head:)``, ``requestComplete()``, ``received(_:)``, ``headReceived(_:octets:)`` and
/// ``retrying(after:)`` are all that it needs, with the addresses. The request is written when it was sent; the
/// response by ``finish()``, when the whole of it has come. A redirect that the client follows begins another
/// exchange: let it hand redirects over instead.
@Reactor
public final class WARCExchange: HTTPRequestObserver {
    private let archive: WARCArchive
    private let url: String
    private var id: WARCRecordID
    private var request: WARCBlock
    private var response: WARCBlock
    private var hasSentHead = false
    private var head: HTTPResponse?
    private var address: IPAddress?
    private var date: WARCDate
    private var writing: Deferred<WARCArchive.Written>?
    /// What was sent before, over a connection that turned out to be dead.
    private var former: [Deferred<WARCArchive.Written>] = []
    private var failure: WARCError?

    /// Begins an exchange.
    ///
    /// - Parameters:
    ///   - archive: Where it goes.
    ///   - url: What is fetched.
    public init(_ archive: WARCArchive, url: String) {
        self.archive = archive
        self.url = url
        id = archive.newID()
        date = archive.now()
        request = archive.block()
        response = archive.block()
    }

    private func subject(_ id: WARCRecordID) -> WARCRecord.Subject {
        var subject = WARCRecord.Subject(id, url: url, date: date)
        subject.address = address
        return subject
    }

    // MARK: What happens

    /// See `ConnectObserver`.
    public func connected(to address: SocketAddress, from local: SocketAddress) {
        self.address = address.ip
    }

    /// See ``HTTPRequestObserver``.
    public func reusing(
        _ peer: SocketAddress, from local: SocketAddress, _ agreement: TLSAgreement?
    ) {
        address = peer.ip
    }

    /// See ``HTTPRequestObserver``.
    public func sent(_ octets: Span<UInt8>) {
        guard writing == nil, failure == nil else { return }
        if hasSentHead { request.beginPayload() } else { date = archive.now() }
        do throws(WARCError) { try request.append(octets) } catch { failure = error }
    }

    /// See ``HTTPRequestObserver``.
    public func requestSent(head: Span<UInt8>) { hasSentHead = true }

    /// See ``HTTPRequestObserver``.
    public func requestComplete() {
        guard writing == nil, failure == nil else { return }
        writing = archive.request(request, as: subject(id))
    }

    /// See ``HTTPRequestObserver``.
    public func headReceived(_ head: HTTPResponse, octets: Span<UInt8>) {
        guard self.head == nil, failure == nil else { return }
        self.head = head
        do throws(WARCError) { try response.append(octets) } catch { failure = error }
        response.beginPayload()
    }

    /// See ``HTTPRequestObserver``.
    public func received(_ octets: Span<UInt8>) {
        // Heads are told of by themselves: an interim one is not archived.
        guard head != nil, failure == nil else { return }
        do throws(WARCError) { try response.append(octets) } catch { failure = error }
    }

    /// See ``HTTPRequestObserver``.
    public func retrying(after error: (any Error)?) {
        // The request was sent and archived; it is sent once more.
        if let writing = writing.take() { former.append(writing) }
        hasSentHead = false
        id = archive.newID()
        request = archive.block()
        response = archive.block()
        head = nil
    }

    // MARK: The end

    /// There is no response, or not all of it: only what was sent is kept.
    ///
    /// - Returns: Fires when it is written; ``WARCError`` when it cannot be.
    public func giveUp() -> Deferred<Void> {
        inlineCallbacks {
            if let failure = self.failure { throw failure }
            for writing in self.former { _ = try await writing.value }
            if let writing = self.writing { _ = try await writing.value }
        }
    }

    /// Writes the response, the whole of which has come.
    ///
    /// - Returns: Where it is; nil when there was none. ``WARCError`` when either cannot be written.
    public func finish() -> Deferred<WARCArchive.Written?> {
        inlineCallbacks {
            try await self.giveUp().value
            guard let head = self.head else { return nil }
            var subject = self.subject(self.archive.newID())
            subject.concurrentTo = self.id
            let type = head.headerFields[.contentType]?.split(separator: ";").first
            let facts = WARCArchive.ResponseFacts(
                status: head.status.code, mediaType: type.map { String($0.trimmingSpaces()) },
                location: head.headerFields[.location])
            return try await self.archive.response(self.response, as: subject, facts).value
        }
    }
}
