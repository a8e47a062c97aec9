public import TwineCore

/// Validates answers by DNSSEC, from a trust anchor down.
///
/// It knows no sockets: whoever makes it sends the queries for what is missing on the way, which are
/// DS and DNSKEY records mostly. What it has learnt of zones it keeps for the next answers.
///
/// ```swift
/// let validator = DNSSECValidator(now: now) { question in exchange(question) }
/// let result = try await validator.validate(response, to: question).value
/// for link in result.links { print(link) }
/// print(result.status)
/// ```
///
/// RFC 4035 §5, RFC 5155 §8, RFC 6840.
@Reactor
public final class DNSSECValidator {
    /// Asks a question, with the flags DO and CD set in the query, and has the response.
    ///
    /// It shall have a limit of time. A failure makes what needs the answer indeterminate.
    public typealias Fetch = @Reactor (DNSMessage.Question) -> Deferred<DNSMessage>

    /// The most queries that are sent for one answer.
    ///
    /// A name of 127 labels would need as many, where nothing tells the zones in it.
    public static let maxQueries = 100

    /// The most aliases that are followed in one answer; resolvers follow no more.
    public static let maxAliases = 16

    /// The most zones that are kept for the next answers.
    private static let maxZones = 1000

    private let anchors: [DNSSECTrustAnchor]
    private let now: UInt32
    private let fetch: Fetch
    private var known = DNSSECChain.Known()

    /// Makes a validator.
    ///
    /// - Parameters:
    ///   - anchors: The keys that are trusted; of several above a name those of the lowest zone
    ///     count.
    ///   - now: The time at which signatures must be valid, in seconds since 1970, modulo 2³².
    ///   - fetch: Asks a question.
    public init(
        anchors: [DNSSECTrustAnchor] = DNSSECTrustAnchor.root, now: UInt32,
        fetch: @escaping Fetch
    ) {
        self.anchors = anchors
        self.now = now
        self.fetch = fetch
    }

    /// Validates a response.
    ///
    /// Aliases in it are followed, and validated one by one; where it ends with an alias the rest is
    /// asked for. A response that was truncated lacks what is needed, and so is bogus.
    ///
    /// - Parameters:
    ///   - response: The response to a query with the flag DO.
    ///   - question: What was asked.
    /// - Returns: What came of it; the Deferred fails only when it is cancelled.
    public func validate(
        _ response: DNSMessage, to question: DNSMessage.Question
    ) -> Deferred<DNSSECResult> {
        let chain = DNSSECChain(anchors: anchors, now: now, known: known, fetch: fetch)
        return inlineCallbacks { [weak self] in
            let result = try await chain.validate(response, to: question)
            self?.keep(chain.known)
            return result
        }
    }

    /// Asks a question, and validates the response.
    ///
    /// - Parameter question: What to ask.
    /// - Returns: What came of it, and the response; the Deferred fails as the query does.
    public func validate(
        _ question: DNSMessage.Question
    ) -> Deferred<(result: DNSSECResult, response: DNSMessage)> {
        inlineCallbacks { [self] in
            let response = try await fetch(question).value
            return (try await validate(response, to: question).value, response)
        }
    }

    private func keep(_ new: DNSSECChain.Known) {
        known.merge(new)
        if known.count > Self.maxZones { known = DNSSECChain.Known() }
    }
}
