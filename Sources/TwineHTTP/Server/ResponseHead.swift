import HTTPTypes

/// Writes the heads of a site's responses.
///
/// ``HTTPSerializer`` writes what it is given and refuses what would not frame. Here `Date` and
/// `Connection` are added on the way and a resource's own framing fields left out, without a copy
/// of the fields: this runs once a request.
///
/// RFC 9112 §4.
struct ResponseHead {
    enum Connection {
        /// What the version implies.
        case implied
        case close
        /// HTTP/1.0 keeps a connection only if both sides say so.
        case keepAlive
        /// Another protocol begins behind the head (RFC 9110 §7.8).
        case upgrade
    }

    enum Length {
        /// Nothing is said: the status has no body, or the connection's end is the body's.
        case none
        case octets(Int)
        case chunked
    }

    /// Appends a head to `output`.
    ///
    /// - Parameters:
    ///   - response: Status and fields; those that frame are left out.
    ///   - length: What is said about the body.
    ///   - connection: What is said about the connection.
    ///   - date: The `Date` field's line, for a response that has none of its own.
    ///   - output: Where the head goes.
    static func append(
        _ response: WebResponse, _ length: Length, _ connection: Connection, date: [UInt8],
        to output: inout [UInt8]
    ) {
        if response.status.code == 200 {
            output.append(literal: "HTTP/1.1 200 OK\r\n")
        } else {
            output.append(literal: "HTTP/1.1 ")
            appendNumber(response.status.code, to: &output)
            output.append(UInt8(ascii: " "))
            output.append(contentsOf: response.status.reasonPhrase.utf8)
            output.append(literal: "\r\n")
        }
        var hasDate = false
        if let lines = response.lines {
            output.append(contentsOf: lines)
        } else {
            hasDate = append(response.headerFields, to: &output)
        }
        if !hasDate { output.append(contentsOf: date) }
        switch length {
        case .none: break
        case .octets(let count):
            output.append(literal: "Content-Length: ")
            appendNumber(count, to: &output)
            output.append(literal: "\r\n")
        case .chunked:
            output.append(literal: "Transfer-Encoding: chunked\r\n")
        }
        switch connection {
        case .implied: output.append(literal: "\r\n")
        case .close: output.append(literal: "Connection: close\r\n\r\n")
        case .keepAlive: output.append(literal: "Connection: keep-alive\r\n\r\n")
        case .upgrade: output.append(literal: "Connection: Upgrade\r\n\r\n")
        }
    }

    /// Appends the lines of the fields, but for those that frame.
    ///
    /// - Returns: Whether `Date` is among them.
    static func append(_ fields: HTTPFields, to output: inout [UInt8]) -> Bool {
        var hasDate = false
        for field in fields {
            let name = field.name.canonicalName
            switch name.utf8.count {
            case 14 where name == "content-length", 17 where name == "transfer-encoding",
                10 where name == "connection":
                continue
            case 4 where name == "date":
                hasDate = true
            default:
                break
            }
            output.append(contentsOf: field.name.rawName.utf8)
            output.append(literal: ": ")
            unsafe field.withUnsafeBytesOfValue { unsafe output.append(contentsOf: $0) }
            output.append(literal: "\r\n")
        }
        return hasDate
    }

    private static func appendNumber(_ value: Int, to output: inout [UInt8]) {
        var divisor = 1
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            output.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}

extension [UInt8] {
    /// Appends a text that is known to the compiler: no reference is counted.
    fileprivate mutating func append(literal text: StaticString) {
        text.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }
}
