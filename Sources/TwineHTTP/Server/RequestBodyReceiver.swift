public import TwineCore

/// Takes a request's body as it comes, in place of ``WebRequest/body``.
///
/// It ends with ``Resource/render(_:)`` of the request, or with ``lost()``.
@Reactor
public protocol RequestBodyReceiver: AnyObject {
    /// Takes the next octets.
    ///
    /// - Parameter octets: Some octets, lent for the time of the call.
    /// - Throws: Anything: it is answered with 500, or with its own response if it is a
    ///   ``RequestRefusal``.
    func receive(_ octets: Span<UInt8>) throws

    /// The rest of the body will not come.
    func lost()
}

/// An error that has its own answer.
public struct RequestRefusal: Error {
    /// The answer.
    public let response: WebResponse

    /// Makes a refusal.
    ///
    /// - Parameter response: The answer.
    public init(_ response: WebResponse) { self.response = response }
}
