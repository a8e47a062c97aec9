import HTTPTypes
import TwineBytes

/// Message heads as HTTP/2 carries them: the start line as fields whose names begin with a colon.
///
/// RFC 9113 §8.2, §8.3.
enum HTTP2Head {
    /// Fields of an HTTP/1 connection, which have no place here.
    private static let connectionFields: Set<String> = [
        "connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade",
    ]
    /// Fields whose values are secrets.
    private static let secretFields: Set<String> = [
        "authorization", "proxy-authorization", "cookie",
    ]
    /// Fields whose values are new in every request.
    private static let changingFields: Set<String> = [
        "content-length", "if-match", "if-none-match", "if-modified-since", "range", "referer",
    ]

    // MARK: Requests

    /// The fields of a request, in the order in which they are sent.
    static func fields(of request: HTTPRequest) -> [HPACKField] {
        var fields = [HPACKField(":method", request.method.rawValue)]
        if request.method != .connect {
            let path = request.path ?? "/"
            fields.append(HPACKField(":scheme", request.scheme ?? "https"))
            // A query is not the same twice, and would push what comes again out of the table.
            let isPlain = !path.utf8.contains(UInt8(ascii: "?"))
            fields.append(
                HPACKField(":path", path.isEmpty ? "/" : path, isPlain ? .incremental : .without))
        }
        if let authority = request.authority { fields.append(HPACKField(":authority", authority)) }
        for field in request.headerFields {
            let name = field.name.canonicalName
            guard name != "host", !connectionFields.contains(name) else { continue }
            let value = unsafe field.withUnsafeBytesOfValue { unsafe Array($0) }
            // RFC 9113 §8.2.2: of the codings of a connection only this one may be told.
            if name == "te", value != Array("trailers".utf8) { continue }
            fields.append(HPACKField(Array(name.utf8), value, indexing(field, name)))
        }
        return fields
    }

    private static func indexing(_ field: HTTPField, _ name: String) -> HPACKField.Indexing {
        switch field.indexingStrategy {
        case .prefer: .incremental
        case .avoid: .without
        case .disallow: .never
        default:
            secretFields.contains(name)
                ? .never : changingFields.contains(name) ? .without : .incremental
        }
    }

    // MARK: Responses

    /// The head of a response.
    static func response(_ fields: [HPACKField]) throws(HTTP2Error) -> HTTPResponse {
        guard let first = fields.first, first.name == Array(":status".utf8) else {
            throw .malformed("no status")
        }
        guard first.value.count == 3, first.value.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .malformed("a status that is no number of three digits")
        }
        let code = first.value.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard code >= 100 else { throw .malformed("the status \(code)") }
        return HTTPResponse(
            status: .init(code: code), headerFields: try self.fields(fields.dropFirst()))
    }

    /// The fields after those with a colon; none of these may be among them.
    static func fields(_ list: some Collection<HPACKField>) throws(HTTP2Error) -> HTTPFields {
        var fields = HTTPFields()
        fields.reserveCapacity(list.count)
        for line in list { fields.append(try field(line)) }
        return fields
    }

    private static func field(_ line: HPACKField) throws(HTTP2Error) -> HTTPField {
        // RFC 9113 §8.2.1: names are in lower case; one with a colon in front is out of place here.
        for octet in line.name where (0x41...0x5a).contains(octet) {
            throw .malformed("the name of a field is in upper case")
        }
        let octets = line.name
        guard let name = HTTPFieldNames.name(octets.span) else {
            throw .malformed("the name of a field is none")
        }
        guard !connectionFields.contains(name.canonicalName) else {
            throw .malformed("the field \(name.canonicalName), which HTTP/2 does not have")
        }
        let all = line.value
        let span = all.span
        // Space around a value is against the RFC, and real servers send it: it means nothing.
        let value = span.extracting(span.trimmed(0..<span.count))
        if value.isPrintable { return HTTPField(name: name, value: value.asciiString()) }
        for index in 0..<value.count {
            switch value[index] {
            case 0, HTTPOctet.carriageReturn, HTTPOctet.lineFeed:
                throw .malformed("NUL or the end of a line in the field \(name.canonicalName)")
            default: break
            }
        }
        return HTTPField(name: name, lenientValue: value.octets())
    }

    /// What Content-Length says; nil without one.
    ///
    /// RFC 9110 §8.6.
    static func contentLength(_ fields: HTTPFields) throws(HTTP2Error) -> Int? {
        var length: Int?
        for value in fields[values: .contentLength] {
            let digits = value.utf8
            guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(value), length == nil || length == number
            else { throw .malformed("Content-Length") }
            length = number
        }
        return length
    }
}
