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
            output.append(contentsOf: "HTTP/1.1 200 OK\r\n".utf8)
        } else {
            output.append(contentsOf: "HTTP/1.1 ".utf8)
            appendNumber(response.status.code, to: &output)
            output.append(UInt8(ascii: " "))
            output.append(contentsOf: response.status.reasonPhrase.utf8)
            output.append(contentsOf: "\r\n".utf8)
        }
        var hasDate = false
        for field in response.headerFields {
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
            output.append(contentsOf: ": ".utf8)
            unsafe field.withUnsafeBytesOfValue { unsafe output.append(contentsOf: $0) }
            output.append(contentsOf: "\r\n".utf8)
        }
        output.append(contentsOf: response.prepared)
        if !hasDate { output.append(contentsOf: date) }
        switch length {
        case .none: break
        case .octets(let count):
            output.append(contentsOf: "Content-Length: ".utf8)
            appendNumber(count, to: &output)
            output.append(contentsOf: "\r\n".utf8)
        case .chunked:
            output.append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8)
        }
        switch connection {
        case .implied: output.append(contentsOf: "\r\n".utf8)
        case .close: output.append(contentsOf: "Connection: close\r\n\r\n".utf8)
        case .keepAlive: output.append(contentsOf: "Connection: keep-alive\r\n\r\n".utf8)
        case .upgrade: output.append(contentsOf: "Connection: Upgrade\r\n\r\n".utf8)
        }
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
