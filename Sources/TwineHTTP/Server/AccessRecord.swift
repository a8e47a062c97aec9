public import HTTPTypes
public import TwineCore

/// What became of one request, for a log.
public struct AccessRecord: Sendable {
    /// Where the client is.
    public var peer: SocketAddress
    /// Who has logged in.
    public var user: String?
    /// When the head had come: seconds since 1970.
    public var time: Int
    /// The method.
    public var method: HTTPRequest.Method
    /// The target as it was sent.
    public var target: String
    /// The version that the client speaks.
    public var version: HTTPVersion
    /// The status it was answered with; 0 when the client had gone before.
    public var status: Int
    /// Octets of the body that were handed to the transport.
    public var octets: Int
    /// How long it took, in seconds, from the head's arrival until the response was written.
    public var seconds: Double
    /// Whether the response was written to its end.
    public var isComplete: Bool
    /// The request's `Referer`.
    public var referer: String?
    /// The request's `User-Agent`.
    public var userAgent: String?

    /// One line in the combined log format of Apache and nginx, with the time in UTC.
    ///
    /// What is no visible ASCII, quotes and backslashes are written as `\\xhh`, so that a client cannot
    /// forge a line.
    public var combined: String {
        let host =
            switch peer {
            case .ip(let address, _): "\(address)"
            case .unix: "-"
            }
        let stamp = HTTPDate(secondsSince1970: time).description.split(separator: " ")
        let date = "\(stamp[1])/\(stamp[2])/\(stamp[3]):\(stamp[4]) +0000"
        let request = "\(method.rawValue) \(Self.visible(target)) \(version)"
        return "\(host) - \(Self.word(user)) [\(date)] \"\(request)\" \(status) "
            + "\(octets == 0 ? "-" : "\(octets)") \"\(Self.visible(referer ?? "-"))\" "
            + "\"\(Self.visible(userAgent ?? "-"))\""
    }

    private static func word(_ text: String?) -> String {
        guard let text, !text.isEmpty else { return "-" }
        return visible(text).replacing(" ", with: "\\x20")
    }

    private static func visible(_ text: String) -> String {
        text.utf8.reduce(into: "") { line, octet in
            switch octet {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0..<32, 127...:
                line += "\\x" + (octet < 16 ? "0" : "") + String(octet, radix: 16)
            default: line.unicodeScalars.append(Unicode.Scalar(octet))
            }
        }
    }
}
