import HTTPTypes
import TwineCore

/// One connection over which requests go to a server, of whichever version of HTTP.
@Reactor
protocol HTTPSession: AnyObject {
    /// Whether it takes no further request: it is closed, or the server is about to close it.
    var isEnding: Bool { get }

    /// Why it takes none; nil while it does, and when this side closed it.
    var failure: HTTPSessionFailure? { get }

    /// Sends a request, as soon as the server takes one more.
    ///
    /// - Parameters:
    ///   - request: The head; the length of the body is told by the session.
    ///   - body: The body; nil for a request without one.
    ///   - receiver: Who is told of the response.
    func send(_ request: HTTPRequest, body: [UInt8]?, to receiver: any HTTPSessionReceiver)

    /// Tells a receiver nothing more; its exchange is given up.
    func forget(_ receiver: any HTTPSessionReceiver)

    /// Closes the connection; nobody is told anything more.
    func close()
}

/// Who waits for the response to one request of an ``HTTPSession``.
///
/// After ``responseEnded(_:)`` or ``responseFailed(_:)`` nothing more is called.
@Reactor
protocol HTTPSessionReceiver: AnyObject {
    /// The request is on its way.
    func requestSent()
    /// The response's head has come; not one with a 1xx status.
    func headReceived(_ response: HTTPResponse)
    /// Octets of the body have come, never none.
    func bodyReceived(_ octets: Span<UInt8>)
    /// The response is whole.
    func responseEnded(_ trailers: HTTPFields)
    /// There will be no whole response.
    func responseFailed(_ failure: HTTPSessionFailure)
}

/// Why an exchange of an ``HTTPSession`` had no whole response.
enum HTTPSessionFailure: Error, Equatable, Sendable {
    /// The server has not looked at the request: it may be sent again over another connection.
    case refused
    /// The connection was lost; `isFresh` when no response had ever come over it.
    case lost(ConnectionLost, isFresh: Bool)
    /// The server ended the stream.
    case reset(HTTP2ErrorCode)
    /// The server broke HTTP/2.
    case http2(HTTP2Error)
    /// The server broke HTTP/1.1, or the request cannot be written in it.
    case http1(HTTPError)
}
