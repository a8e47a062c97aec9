import HTTPTypes

/// The HTTP of one query and its reply.
///
/// RFC 8484 §4.
struct DNSOverHTTPS: Sendable {
    /// The media type of a DNS message.
    static let mediaType = "application/dns-message"
    /// No DNS message is longer.
    static let messageLimit = 65_535
    /// No DNS message is shorter.
    static let headerSize = 12

    let isSecure: Bool
    let authority: String
    let path: String
    let method: HTTPSChannel.Method

    /// - Parameters:
    ///   - isSecure: Whether TLS is spoken.
    ///   - host: The host of the URL: a name, or an address without brackets.
    ///   - port: The port, which the authority tells when it is not the scheme's.
    ///   - path: The path of the URL, or its URI template (RFC 6570).
    ///   - method: How the query is sent.
    init(isSecure: Bool, host: String, port: UInt16?, path: String, method: HTTPSChannel.Method) {
        self.isSecure = isSecure
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        let usual: UInt16 = isSecure ? 443 : 80
        authority = name + (port.map { $0 == usual ? "" : ":\($0)" } ?? "")
        self.path = path.hasPrefix("/") ? path : "/" + path
        self.method = method
    }

    /// The request for a query, and its body.
    func request(_ query: [UInt8]) -> (head: HTTPRequest, body: [UInt8]?) {
        var head = HTTPRequest(
            method: method == .post ? .post : .get, scheme: isSecure ? "https" : "http",
            authority: authority, path: path(method == .get ? Self.base64URL(query) : nil))
        head.headerFields[.accept] = Self.mediaType
        guard method == .post else { return (head, nil) }
        head.headerFields[.contentType] = Self.mediaType
        return (head, query)
    }

    /// The path with the variable `dns`, or without it.
    ///
    /// RFC 8484 §4.1, RFC 6570 §3.2.8, §3.2.9.
    private func path(_ value: String?) -> String {
        if let start = path.firstIndex(of: "{"), let end = path[start...].firstIndex(of: "}") {
            let expression = path[path.index(after: start)..<end]
            let expansion: String? =
                switch expression {
                case "?dns": value.map { "?dns=" + $0 } ?? ""
                case "&dns": value.map { "&dns=" + $0 } ?? ""
                case "dns": value ?? ""
                default: nil
                }
            if let expansion {
                return path[..<start] + expansion + path[path.index(after: end)...]
            }
        }
        guard let value else { return path }
        return path + (path.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + "dns=" + value
    }

    /// Octets as text that needs no escaping in a URL, without padding.
    ///
    /// RFC 4648 §5.
    static func base64URL(_ octets: [UInt8]) -> String {
        let text = Base64.encode(octets).utf8.prefix { $0 != UInt8(ascii: "=") }.map {
            switch $0 {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: $0
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether a response can have a reply in it.
    ///
    /// - Throws: Why not.
    static func check(_ response: HTTPResponse) throws(DNSOverHTTPSError) {
        guard response.status.kind == .successful else { throw .status(response.status.code) }
        let fields = response.headerFields
        let type = fields[.contentType] ?? ""
        let name = type.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
        guard name.lowercased() == mediaType else { throw .contentType(String(type.prefix(80))) }
        if let coding = fields[.contentEncoding], coding.lowercased() != "identity" {
            throw .contentCoding(String(coding.prefix(80)))
        }
    }
}
