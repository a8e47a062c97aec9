import HTTPTypes

/// A message head while its lines come in: what it says, and what decides its framing.
struct HTTPHead: Sendable {
    enum TransferCoding: Sendable {
        case absent
        case identity
        case chunked
    }

    var version = HTTPVersion.http11
    // A request's
    var method = HTTPRequest.Method.get
    var target = HTTPTarget()
    var host: String?
    // A response's
    var status = 0
    var reason = ""

    var fields = HTTPFields()
    var contentLength: Int?
    var transferCoding = TransferCoding.absent
    var saysClose = false
    var saysKeepAlive = false
    var saysUpgrade = false
    /// Whether the end of the message is a guess, so that the connection cannot be used again.
    var hasDoubtfulLength = false
    private var lineNumber = 0
    /// Whether the last field decides the framing, so that folding it is refused.
    private var lastFieldFrames = false

    // MARK: Fields

    /// Reads `field-name ":" OWS field-value OWS`, or the continuation of the line before.
    ///
    /// RFC 9112 §5.
    mutating func fieldReceived(
        _ line: Span<UInt8>, role: HTTPParser.Role, limits: HTTPLimits, isTrailer: Bool
    ) throws(HTTPError) {
        lineNumber += 1
        if HTTPOctet.isSpace(line[0]) {
            return try foldReceived(line, role: role)
        }
        guard fields.count < limits.fieldsAllowed else {
            throw .tooManyFields(limit: limits.fieldsAllowed)
        }
        guard let colon = line.firstIndex(ofOctet: HTTPOctet.colon, from: 0),
            let name = HTTPFieldNames.name(line.extracting(0..<colon))
        else { throw .invalidField(line: lineNumber) }
        let value = line.extracting(line.trimmed((colon + 1)..<line.count))
        let field = try Self.field(name, value, role: role, number: lineNumber)
        if fields.isEmpty { fields.reserveCapacity(isTrailer ? 2 : 16) }
        lastFieldFrames = false
        if !isTrailer, try framingFieldReceived(name.canonicalName, value, role: role) { return }
        fields.append(field)
    }

    /// Reads a field line as a tolerant parser does: what is none is skipped.
    mutating func tolerantFieldReceived(
        _ line: Span<UInt8>, limits: HTTPLimits, isTrailer: Bool
    ) throws(HTTPError) {
        if HTTPOctet.isSpace(line[0]) { return tolerantFoldReceived(line, isTrailer: isTrailer) }
        guard let colon = line.firstIndex(ofOctet: HTTPOctet.colon, from: 0),
            let name = HTTPFieldNames.name(line.extracting(0..<colon))
        else { return }
        guard fields.count < limits.fieldsAllowed else {
            throw .tooManyFields(limit: limits.fieldsAllowed)
        }
        let value = line.extracting(line.trimmed((colon + 1)..<line.count))
        if fields.isEmpty { fields.reserveCapacity(isTrailer ? 2 : 16) }
        // CR and NUL become spaces, as RFC 9110 §5.5 allows.
        let field =
            (try? Self.field(name, value, role: .responses, number: 0))
            ?? HTTPField(name: name, lenientValue: value.octets())
        fields.append(field)
        if !isTrailer { noteFraming(name.canonicalName, value) }
    }

    private mutating func tolerantFoldReceived(_ line: Span<UInt8>, isTrailer: Bool) {
        guard let last = fields.indices.last else { return }
        var joined: [UInt8] = []
        unsafe fields[last].withUnsafeBytesOfValue { unsafe joined.append(contentsOf: $0) }
        let more = line.extracting(line.trimmed(0..<line.count))
        if !joined.isEmpty, !more.isEmpty { joined.append(HTTPOctet.space) }
        joined.appendOctets(more)
        let name = fields[last].name
        fields[last] = HTTPField(name: name, lenientValue: joined)
        if !isTrailer { noteFraming(name.canonicalName, joined.span) }
    }

    private mutating func noteFraming(_ name: String, _ value: Span<UInt8>) {
        switch name {
        case "content-length": tolerantContentLengthReceived(value)
        case "transfer-encoding": tolerantTransferEncodingReceived(value)
        case "connection": connectionReceived(value)
        default: break
        }
    }

    private static func field(
        _ name: HTTPField.Name, _ value: Span<UInt8>, role: HTTPParser.Role, number: Int
    ) throws(HTTPError) -> HTTPField {
        if value.isPrintable { return HTTPField(name: name, value: value.asciiString()) }
        var high: UInt8 = 0
        var hasControls = false
        var isForbidden = false
        for index in 0..<value.count {
            let octet = value[index]
            high |= octet
            let isControl = octet < 0x20 && octet != HTTPOctet.tab || octet == 0x7F
            hasControls = hasControls || isControl
            isForbidden = isForbidden || octet == 0 || octet == HTTPOctet.carriageReturn
        }
        // RFC 9110 §5.5: CR, LF and NUL are dangerous; other controls may be kept.
        if isForbidden || hasControls && role == .requests { throw .invalidField(line: number) }
        if hasControls { return HTTPField(name: name, lenientValue: value.octets()) }
        if high < 0x80 { return HTTPField(name: name, value: value.asciiString()) }
        if let text = try? UTF8Span(validating: value) {
            return HTTPField(name: name, value: String(copying: text))
        }
        return HTTPField(name: name, value: value.octets())
    }

    /// Joins a folded line to its field with one space, as a client has to; a server refuses it.
    ///
    /// RFC 9112 §5.2.
    private mutating func foldReceived(
        _ line: Span<UInt8>, role: HTTPParser.Role
    ) throws(HTTPError) {
        guard role == .responses, !lastFieldFrames, let last = fields.indices.last else {
            throw .foldedField(line: lineNumber)
        }
        let name = fields[last].name
        let more = line.extracting(line.trimmed(0..<line.count))
        let tail = try Self.field(name, more, role: role, number: lineNumber)
        var joined: [UInt8] = []
        for field in [fields[last], tail] {
            if !joined.isEmpty { joined.append(HTTPOctet.space) }
            unsafe field.withUnsafeBytesOfValue { unsafe joined.append(contentsOf: $0) }
        }
        if joined.last == HTTPOctet.space { joined.removeLast() }
        fields[last] = HTTPField(name: name, lenientValue: joined)
    }

    /// Notes what a field says about framing; true when it is kept apart from the other fields.
    private mutating func framingFieldReceived(
        _ name: String, _ value: Span<UInt8>, role: HTTPParser.Role
    ) throws(HTTPError) -> Bool {
        switch name.utf8.count {
        case 14 where name == "content-length":
            try contentLengthReceived(value)
        case 17 where name == "transfer-encoding":
            try transferEncodingReceived(value, role: role)
        case 10 where name == "connection":
            connectionReceived(value)
        case 4 where role == .requests && name == "host":
            guard host == nil else { throw .invalidHost }
            for index in 0..<value.count where !HTTPOctet.isHost(value[index]) {
                throw .invalidHost
            }
            host = value.asciiString()
            lastFieldFrames = true
            return true
        default:
            return false
        }
        lastFieldFrames = true
        return false
    }

    /// Reads `1*DIGIT`, or a list of them if all are the same.
    ///
    /// RFC 9110 §8.6.
    private mutating func contentLengthReceived(_ value: Span<UInt8>) throws(HTTPError) {
        var start = 0
        repeat {
            let end = value.firstIndex(ofOctet: HTTPOctet.comma, from: start) ?? value.count
            let digits = value.trimmed(start..<end)
            var length = 0
            guard !digits.isEmpty else { throw .invalidContentLength }
            for index in digits {
                let digit = Int(value[index]) - 0x30
                guard digit >= 0, digit <= 9, length <= (Int.max - 9) / 10 else {
                    throw .invalidContentLength
                }
                length = length * 10 + digit
            }
            if let known = contentLength, known != length {
                throw .conflictingContentLength(known, length)
            }
            contentLength = length
            start = end + 1
        } while start <= value.count
    }

    /// Reads the codings: only `chunked`, alone, is known.
    ///
    /// RFC 9112 §6.1.
    private mutating func transferEncodingReceived(
        _ value: Span<UInt8>, role: HTTPParser.Role
    ) throws(HTTPError) {
        var start = 0
        while start <= value.count {
            let end = value.firstIndex(ofOctet: HTTPOctet.comma, from: start) ?? value.count
            let coding = value.extracting(value.trimmed(start..<end))
            start = end + 1
            if coding.isEmpty { continue }
            switch transferCoding {
            case .absent where coding.equalsIgnoringCase("chunked"):
                transferCoding = .chunked
            case .absent where role == .responses && coding.equalsIgnoringCase("identity"):
                transferCoding = .identity
            default:
                throw .unsupportedTransferCoding(coding.latin1String())
            }
        }
        // `Transfer-Encoding:` with nothing in it hides a coding from those who read it otherwise.
        if transferCoding == .absent { throw .unsupportedTransferCoding("") }
    }

    private mutating func connectionReceived(_ value: Span<UInt8>) {
        var start = 0
        while start <= value.count {
            let end = value.firstIndex(ofOctet: HTTPOctet.comma, from: start) ?? value.count
            let option = value.extracting(value.trimmed(start..<end))
            start = end + 1
            if option.equalsIgnoringCase("close") {
                saysClose = true
            } else if option.equalsIgnoringCase("keep-alive") {
                saysKeepAlive = true
            } else if option.equalsIgnoringCase("upgrade") {
                saysUpgrade = true
            }
        }
    }

    /// The fields; the head keeps none.
    mutating func takeFields() -> HTTPFields {
        var taken = HTTPFields()
        swap(&taken, &fields)
        return taken
    }
}
