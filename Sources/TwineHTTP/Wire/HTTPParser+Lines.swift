import HTTPTypes

extension HTTPParser {
    enum Line {
        /// The line's end has not come; what there is has been kept.
        case incomplete
        /// The line was read, and may have completed an event.
        case taken(HTTPEvent?)
    }

    /// Reads one line, from the input alone or together with its kept beginning.
    mutating func readLine(
        _ input: Span<UInt8>, _ offset: inout Int
    ) throws(HTTPError) -> Line {
        let start = offset
        guard let end = input.firstIndex(ofOctet: HTTPOctet.lineFeed, from: start) else {
            offset = input.count
            try keep(input.extracting(start..<input.count))
            return .incomplete
        }
        offset = end + 1
        if partial.isEmpty {
            try checkLength(end + 1 - start)
            return .taken(try lineReceived(input.extracting(start..<end)))
        }
        try checkLength(partial.count + end + 1 - start)
        partial.appendOctets(input.extracting(start..<end))
        let line = partial
        // An idle connection shall own no buffer.
        partial = []
        return .taken(try lineReceived(line.span))
    }

    private mutating func keep(_ piece: Span<UInt8>) throws(HTTPError) {
        try checkLength(partial.count + piece.count)
        partial.appendOctets(piece)
        // Octets of another protocol need not hold a line feed: tell it at the first that differs.
        if state == .startLine, role == .responses, !isTolerant { try checkPreface() }
    }

    private func checkPreface() throws(HTTPError) {
        let octets = partial.span
        var start = 0
        while start < octets.count, octets[start] == HTTPOctet.carriageReturn { start += 1 }
        let preface = "HTTP/".utf8.span
        for index in 0..<min(octets.count - start, preface.count)
        where octets[start + index] != preface[index] {
            throw .notHTTP
        }
    }

    /// Checks the length of a line, or of what there is of it, against the limit of its kind.
    private func checkLength(_ length: Int) throws(HTTPError) {
        if state == .chunkSize {
            // 16 digits, CR and LF; white space counts as extension.
            guard length <= limits.chunkExtension + 18 else {
                throw .chunkExtensionTooLong(limit: limits.chunkExtension)
            }
        } else if length > limits.head - headOctets {
            throw .headTooLarge(limit: limits.head)
        }
    }

    /// Reads a line, given without its LF.
    mutating func lineReceived(_ line: Span<UInt8>) throws(HTTPError) -> HTTPEvent? {
        var content = line
        if let last = line.indices.last, line[last] == HTTPOctet.carriageReturn {
            content = line.extracting(0..<last)
        } else if role == .requests || state == .chunkSize && !isTolerant {
            throw .bareLineFeed
        }
        if state == .chunkSize {
            try chunkSizeReceived(content)
            return nil
        }
        headOctets += line.count + 1
        switch state {
        case .startLine:
            // RFC 9112 §2.2: at least one empty line before a request is ignored; the head's limit ends it.
            if content.isEmpty { return nil }
            try startLineReceived(content)
            state = .fieldLines
            return nil
        case .fieldLines where content.isEmpty:
            return try headReceived()
        case .trailers where content.isEmpty:
            state = .end
            let trailers = head.takeFields()
            return trailers.isEmpty ? nil : .trailers(trailers)
        default:
            let isTrailer = state == .trailers
            if isTolerant {
                try head.tolerantFieldReceived(content, limits: limits, isTrailer: isTrailer)
            } else {
                try head.fieldReceived(content, role: role, limits: limits, isTrailer: isTrailer)
            }
            return nil
        }
    }

    // MARK: Start lines

    private mutating func startLineReceived(_ line: Span<UInt8>) throws(HTTPError) {
        head = HTTPHead()
        bodyReceived = 0
        switch role {
        case .requests: try head.requestLineReceived(line)
        case .responses where isTolerant: try head.tolerantStatusLineReceived(line)
        case .responses: try head.statusLineReceived(line)
        }
    }

    mutating func headReceived() throws(HTTPError) -> HTTPEvent {
        switch role {
        case .requests:
            framing = try head.requestFraming()
            let request = try head.takeRequest()
            bodyFollows()
            return .request(request, framing)
        case .responses:
            let code = head.status
            if code >= 100, code < 200, code != 101 || isTolerant {
                state = .startLine
                // The head's limit goes on counting, so that interim responses end.
                return .informational(head.takeResponse())
            }
            framing = head.responseFraming(to: requestMethod)
            if ignoresLength, case .length = framing.body {
                framing.body = .untilClose
                framing.isPersistent = false
            }
            let response = head.takeResponse()
            bodyFollows()
            return .response(response, framing)
        }
    }

    private mutating func bodyFollows() {
        headOctets = 0
        switch framing.body {
        case .none, .length(0): state = .end
        case .length(let count): state = .body(remaining: count)
        case .chunked: state = .chunkSize
        case .untilClose: state = .untilClose
        }
    }
}
