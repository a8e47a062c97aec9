public import TwineCore

/// What hears of the handshake that makes a connection secure.
///
/// Every step does nothing unless it is implemented.
@Reactor
public protocol TLSObserver: AnyObject, Sendable {
    /// The handshake begins.
    ///
    /// - Parameter host: The name that the certificate must be for.
    func securing(host: String)

    /// The handshake is done.
    ///
    /// - Parameters:
    ///   - host: The name that the certificate must be for.
    ///   - agreement: What was agreed on, and who the peer is.
    func secured(host: String, _ agreement: TLSAgreement)

    /// The connection is not secure, and is being closed.
    ///
    /// - Parameters:
    ///   - host: The name that the certificate must be for.
    ///   - error: Why: a ``TLSError``, or how the connection was lost.
    func secureFailed(host: String, _ error: any Error)
}

extension TLSObserver {
    /// Does nothing.
    public func securing(host: String) {}
    /// Does nothing.
    public func secured(host: String, _ agreement: TLSAgreement) {}
    /// Does nothing.
    public func secureFailed(host: String, _ error: any Error) {}
}
