import HTTPTypes
import TwineCore
import TwineDNS
import TwineTLS

/// Why an HTTP response is no answer to a query, or did not come.
///
/// RFC 8484 §4.2, §6.
enum DNSOverHTTPSError: Error, Equatable, Sendable {
    /// The status is not that of success.
    case status(Int)
    /// The body is not of the type `application/dns-message`; empty when no type is given.
    case contentType(String)
    /// The body has a content coding, which was not asked for.
    case contentCoding(String)
    /// The body is longer than a DNS message can be.
    case messageTooLong
    /// The body is shorter than the header of a DNS message.
    case messageTooShort(length: Int)
    /// The server ended the request without a response.
    case reset(HTTP2ErrorCode)
    /// The server did not take the request, twice.
    case refused
    /// The server broke the rules of HTTP/2.
    case http2(HTTP2Error)
    /// The server broke the rules of HTTP/1.1.
    case http1(HTTPError)
}

extension DNSOverHTTPSError: CustomStringConvertible {
    /// One line for people.
    var description: String {
        switch self {
        case .status(let code): "HTTP status \(code)"
        case .contentType(""): "the HTTP response has no Content-Type"
        case .contentType(let type): "the HTTP response is of type \(type)"
        case .contentCoding(let coding): "the HTTP response is coded as \(coding)"
        case .messageTooLong: "the HTTP response is longer than a DNS message"
        case .messageTooShort(let length):
            "the HTTP response has \(length) octets, too few for a DNS message"
        case .reset(let code): "the HTTP/2 stream was ended by the server: error \(code.rawValue)"
        case .refused: "the server does not take the HTTP request"
        case .http2(let error): "\(error)"
        case .http1(let error): "\(error)"
        }
    }
}

extension DNSChannelError {
    init(_ error: DNSOverHTTPSError) { self = .broken(error.description) }

    init(_ failure: HTTPSessionFailure) {
        switch failure {
        case .refused: self.init(DNSOverHTTPSError.refused)
        // Servers often close without TLS's farewell; for this side it is an end like another.
        case .lost(.layer(TLSError.truncated.description), _): self = .ended
        case .lost(let reason, _): self.init(reason)
        case .reset(let code): self.init(DNSOverHTTPSError.reset(code))
        case .http2(let error): self.init(DNSOverHTTPSError.http2(error))
        case .http1(let error): self.init(DNSOverHTTPSError.http1(error))
        }
    }
}
