public import HTTPTypes

/// The client's side of what goes before a connection through an HTTP proxy: CONNECT, and its answer.
///
/// It knows no socket: what ``takeOutput()`` gives is to be sent, what comes is given to
/// ``receive(_:)``, until that says that the connection stands.
///
/// RFC 9110 §9.3.6, RFC 9112 §3.2.3.
public struct HTTPTunnel: Sendable {
    private var parser: HTTPParser
    private var output: [UInt8] = []
    private var failure: HTTPError?
    /// The octets that were sent.
    public let request: [UInt8]
    /// The octets of the answer's head as they came, interim responses included.
    public private(set) var octets: [UInt8] = []
    /// The proxy's answer; nil before it has come.
    public private(set) var response: HTTPResponse?

    /// Begins the exchange.
    ///
    /// - Parameters:
    ///   - authority: Where the proxy shall connect to: host and port.
    ///   - fields: What is sent beside Host: User-Agent, Proxy-Authorization.
    ///   - limits: The limits on what the proxy may send.
    ///   - hostIsLast: Whether Host comes behind the fields, as old programs have it; RFC 9110 §7.2 would
    ///     have it first.
    /// - Throws: ``HTTPError/unserializable(_:)``.
    public init(
        to authority: String, fields: HTTPFields = HTTPFields(), limits: HTTPLimits = HTTPLimits(),
        hostIsLast: Bool = false
    ) throws(HTTPError) {
        parser = HTTPParser(.responses, limits: limits)
        parser.requestMethod = .connect
        let head = HTTPRequest(
            method: .connect, scheme: nil, authority: authority, path: nil, headerFields: fields)
        try HTTPSerializer.serialize(head, hostIsLast: hostIsLast, into: &output)
        request = output
    }

    /// Takes what is to be sent now; empty when it is the proxy's turn.
    public mutating func takeOutput() -> [UInt8] {
        let taken = output
        output = []
        return taken
    }

    /// Reads what the proxy has sent.
    ///
    /// - Parameter bytes: What came.
    /// - Returns: How many octets of `bytes` belong to the answer, when the connection stands: what follows
    ///   is the destination's. Nil when more is needed, and all were taken.
    /// - Throws: ``HTTPError/tunnelRefused(_:)`` for an answer that is no success, or what is wrong with it.
    public mutating func receive(_ bytes: Span<UInt8>) throws(HTTPError) -> Int? {
        if let failure { throw failure }
        guard response == nil else { return 0 }
        var offset = 0
        do throws(HTTPError) {
            while let event = try parser.nextEvent(in: bytes, at: &offset) {
                guard case .response(let head, _) = event else { continue }
                octets.appendOctets(bytes.extracting(0..<offset))
                response = head
                guard head.status.kind == .successful else { throw .tunnelRefused(head) }
                return offset
            }
        } catch {
            failure = error
            throw error
        }
        octets.appendOctets(bytes)
        return nil
    }
}
