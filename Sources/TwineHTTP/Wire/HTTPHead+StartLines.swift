import HTTPTypes

/// The four forms of a request target, taken apart.
///
/// RFC 9112 §3.2.
struct HTTPTarget: Sendable {
    var scheme: String?
    var authority: String?
    var path: String?
}

extension HTTPHead {
    // MARK: Requests

    /// Reads `method SP request-target SP HTTP-version`.
    ///
    /// RFC 9112 §3.
    mutating func requestLineReceived(_ line: Span<UInt8>) throws(HTTPError) {
        guard let first = line.firstIndex(ofOctet: HTTPOctet.space, from: 0),
            let second = line.firstIndex(ofOctet: HTTPOctet.space, from: first + 1)
        else { throw .invalidRequestLine }
        version = try Self.version(
            line.extracting((second + 1)..<line.count), else: .invalidRequestLine)
        let name = line.extracting(0..<first)
        guard !name.isEmpty else { throw .invalidRequestLine }
        for index in 0..<name.count where !HTTPOctet.isToken(name[index]) {
            throw .invalidRequestLine
        }
        guard let method = HTTPRequest.Method(name.asciiString()) else {
            throw .invalidRequestLine
        }
        self.method = method
        target = try Self.target(
            line.extracting((first + 1)..<second), isConnect: name.equalsExactly("CONNECT"))
    }

    private static func target(
        _ octets: Span<UInt8>, isConnect: Bool
    ) throws(HTTPError) -> HTTPTarget {
        guard !octets.isEmpty else { throw .invalidTarget }
        for index in 0..<octets.count {
            let octet = octets[index]
            // Visible ASCII; a fragment is never sent.
            guard octet > 0x20, octet < 0x7F, octet != UInt8(ascii: "#") else {
                throw .invalidTarget
            }
        }
        var target = HTTPTarget()
        if isConnect {
            guard isAuthority(octets), octets.firstIndex(ofOctet: HTTPOctet.colon, from: 0) != nil
            else { throw .invalidTarget }
            target.authority = octets.asciiString()
        } else if octets[0] == UInt8(ascii: "/") || octets.equalsExactly("*") {
            target.path = octets.asciiString()
        } else {
            try absolute(octets, &target)
        }
        return target
    }

    /// Reads `scheme "://" authority path`.
    private static func absolute(
        _ octets: Span<UInt8>, _ target: inout HTTPTarget
    ) throws(HTTPError) {
        guard let colon = octets.firstIndex(ofOctet: HTTPOctet.colon, from: 0),
            colon + 3 <= octets.count, colon > 0,
            octets.extracting((colon + 1)..<(colon + 3)).equalsExactly("//")
        else { throw .invalidTarget }
        var end = colon + 3
        while end < octets.count, octets[end] != UInt8(ascii: "/"), octets[end] != UInt8(ascii: "?")
        {
            end += 1
        }
        let authority = octets.extracting((colon + 3)..<end)
        guard !authority.isEmpty, isAuthority(authority) else { throw .invalidTarget }
        target.scheme = octets.extracting(0..<colon).asciiString().lowercased()
        target.authority = authority.asciiString()
        let path = octets.extracting(end..<octets.count).asciiString()
        target.path = path.hasPrefix("/") ? path : "/" + path
    }

    private static func isAuthority(_ octets: Span<UInt8>) -> Bool {
        for index in 0..<octets.count where !HTTPOctet.isHost(octets[index]) { return false }
        return true
    }

    /// The request; its authority is the target's, or that of the Host field.
    mutating func takeRequest() throws(HTTPError) -> HTTPRequest {
        if host == nil, version >= .http11 { throw .missingHost }
        return HTTPRequest(
            method: method, scheme: target.scheme.take(),
            authority: target.authority.take() ?? host.take(), path: target.path.take(),
            headerFields: takeFields())
    }

    /// How the request is delimited.
    ///
    /// RFC 9112 §6.3.
    func requestFraming() throws(HTTPError) -> HTTPFraming {
        var body = HTTPFraming.Body.none
        if transferCoding == .chunked {
            guard contentLength == nil else { throw .ambiguousLength }
            // RFC 9112 §6.1: a coding in HTTP/1.0 is faulty framing.
            guard version >= .http11 else { throw .unsupportedTransferCoding("chunked") }
            body = .chunked
        } else if let contentLength, contentLength > 0 {
            body = .length(contentLength)
        }
        return HTTPFraming(
            version: version, body: body, isPersistent: isPersistent, isUpgrade: saysUpgrade)
    }

    // MARK: Responses

    /// Reads `HTTP-version SP 3DIGIT [SP reason-phrase]`.
    ///
    /// RFC 9112 §4.
    mutating func statusLineReceived(_ line: Span<UInt8>) throws(HTTPError) {
        guard line.count >= 5, line.extracting(0..<5).equalsExactly("HTTP/") else {
            throw .notHTTP
        }
        guard let space = line.firstIndex(ofOctet: HTTPOctet.space, from: 0) else {
            throw .invalidStatusLine
        }
        version = try Self.version(line.extracting(0..<space), else: .invalidStatusLine)
        guard line.count >= space + 4 else { throw .invalidStatusLine }
        var code = 0
        for index in (space + 1)..<(space + 4) {
            let digit = Int(line[index]) - 0x30
            guard digit >= 0, digit <= 9 else { throw .invalidStatusLine }
            code = code * 10 + digit
        }
        guard code >= 100 else { throw .invalidStatusLine }
        status = code
        reason = ""
        guard line.count > space + 4 else { return }
        guard line[space + 4] == HTTPOctet.space else { throw .invalidStatusLine }
        let phrase = line.extracting((space + 5)..<line.count)
        for index in 0..<phrase.count {
            let octet = phrase[index]
            guard octet >= 0x20 && octet != 0x7F || octet == HTTPOctet.tab else {
                throw .invalidStatusLine
            }
        }
        reason = phrase.latin1String()
    }

    /// The response.
    mutating func takeResponse() -> HTTPResponse {
        HTTPResponse(
            status: HTTPResponse.Status(code: status, reasonPhrase: reason),
            headerFields: takeFields())
    }

    /// How the response is delimited.
    ///
    /// RFC 9112 §6.3.
    func responseFraming(to method: HTTPRequest.Method) -> HTTPFraming {
        var framing = HTTPFraming(
            version: version, body: .none, isPersistent: isPersistent, isUpgrade: saysUpgrade)
        if status == 101 || method == .connect && status / 100 == 2 {
            // What follows is another protocol's.
            framing.isPersistent = false
        } else if transferCoding == .chunked {
            framing.body = .chunked
            // Two lengths, or a coding that HTTP/1.0 does not know: right for this message, then no more.
            if contentLength != nil || version < .http11 { framing.isPersistent = false }
        } else if let contentLength {
            framing.body = .length(contentLength)
        } else {
            framing.body = .untilClose
        }
        if method == .head || status == 204 || status == 304 { framing.body = .none }
        if framing.body == .untilClose || hasDoubtfulLength { framing.isPersistent = false }
        return framing
    }

    // MARK: Both

    /// Whether the connection goes on after this message.
    ///
    /// RFC 9112 §9.3.
    private var isPersistent: Bool {
        !saysClose && (version >= .http11 || saysKeepAlive)
    }

    /// Reads `HTTP/DIGIT.DIGIT`.
    private static func version(
        _ octets: Span<UInt8>, else error: HTTPError
    ) throws(HTTPError) -> HTTPVersion {
        guard octets.count >= 5, octets.extracting(0..<5).equalsExactly("HTTP/") else {
            throw .notHTTP
        }
        guard octets.count == 8, octets[6] == UInt8(ascii: "."),
            let major = digit(octets[5]), let minor = digit(octets[7])
        else { throw error }
        guard major == 1 else { throw .unsupportedVersion(major: major, minor: minor) }
        // RFC 9110 §2.5: a higher minor version is read as the highest that is known.
        return minor == 0 ? .http10 : .http11
    }

    static func digit(_ octet: UInt8) -> Int? {
        octet &- 0x30 < 10 ? Int(octet) - 0x30 : nil
    }
}

extension Span<UInt8> {
    /// Whether these octets are exactly `text`.
    func equalsExactly(_ text: StaticString) -> Bool {
        guard text.utf8CodeUnitCount == count else { return false }
        return text.withUTF8Buffer { other in
            for index in 0..<count where unsafe self[index] != other[index] { return false }
            return true
        }
    }
}
