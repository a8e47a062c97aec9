import HTTPTypes

// What only a tolerant parser does.
extension HTTPParser {
    private static let headStart = "HTTP"

    /// Looks whether the connection's first octets, after empty lines, are those of a status line.
    ///
    /// - Returns: Whether there is a head; nil when more octets are needed, and these are kept.
    mutating func lookForHead(
        _ input: Span<UInt8>, _ offset: inout Int
    ) throws(HTTPError) -> Bool? {
        let start = Self.headStart.utf8.span
        // Kept octets are a part of the start alone: empty lines are dropped.
        var matched = partial.count
        var index = offset
        while index < input.count {
            let octet = input[index]
            if matched == 0, octet == HTTPOctet.carriageReturn || octet == HTTPOctet.lineFeed {
                index += 1
                offset = index
                headOctets += 1
                guard headOctets <= limits.head else { throw .headTooLarge(limit: limits.head) }
                continue
            }
            guard octet == start[matched] else { return false }
            matched += 1
            index += 1
            if matched == start.count { return true }
        }
        partial.appendOctets(input.extracting(offset..<input.count))
        offset = input.count
        return nil
    }

    /// Makes up the head that the server has not sent.
    mutating func headlessResponse() -> HTTPEvent {
        framing = HTTPFraming(
            version: .http10, body: .untilClose, isPersistent: false, isUpgrade: false)
        framing.hasHead = false
        bodyReceived = 0
        state = partial.isEmpty ? .untilClose : .headless
        return .response(HTTPResponse(status: .init(code: 200)), framing)
    }

    /// Tells the octets that were kept to see whether they are a head.
    mutating func takeHeadless() -> HTTPEvent {
        let kept = partial
        partial = []
        bodyReceived += kept.count
        state = .untilClose
        return .bodyStart(kept)
    }

    /// Takes what there is for the whole head: the connection has ended.
    mutating func endHead() throws(HTTPError) -> HTTPEvent {
        do throws(HTTPError) {
            let line = partial
            partial = []
            if !line.isEmpty {
                guard state != .startLine || !mayBeHeadless else { throw .invalidStatusLine }
                if let event = try lineReceived(line.span) { return event }
            }
            guard state == .fieldLines else { throw .truncated(received: 0, expected: nil) }
            return try headReceived()
        } catch {
            state = .failed(error)
            throw error
        }
    }
}

extension HTTPHead {
    /// Reads `HTTP [/ digits . digits] *SP 3DIGIT` and whatever follows.
    mutating func tolerantStatusLineReceived(_ line: Span<UInt8>) throws(HTTPError) {
        guard line.count >= 4, line.extracting(0..<4).equalsExactly("HTTP") else { throw .notHTTP }
        var index = 4
        version = .http10
        if index < line.count, line[index] == UInt8(ascii: "/") {
            index += 1
            let major = Self.number(line, &index)
            guard let major, index < line.count, line[index] == UInt8(ascii: ".") else {
                throw .invalidStatusLine
            }
            index += 1
            guard let minor = Self.number(line, &index) else { throw .invalidStatusLine }
            version = major > 1 || major == 1 && minor > 0 ? .http11 : .http10
        }
        while index < line.count, HTTPOctet.isSpace(line[index]) { index += 1 }
        guard index + 3 <= line.count else { throw .invalidStatusLine }
        var code = 0
        for place in index..<(index + 3) {
            guard let digit = Self.digit(line[place]) else { throw .invalidStatusLine }
            code = code * 10 + digit
        }
        status = code
        reason = line.extracting(line.trimmed((index + 3)..<line.count)).latin1String()
    }

    /// Reads digits; nil when there are none, and 9 for what is larger.
    private static func number(_ line: Span<UInt8>, _ index: inout Int) -> Int? {
        let start = index
        var value = 0
        while index < line.count, let digit = digit(line[index]) {
            value = min(9, value * 10 + digit)
            index += 1
        }
        return index > start ? value : nil
    }

    /// Reads `[+] 1*DIGIT` and whatever follows; the first number that is one counts.
    mutating func tolerantContentLengthReceived(_ value: Span<UInt8>) {
        guard contentLength == nil else {
            hasDoubtfulLength = true
            return
        }
        var index = 0
        if index < value.count, value[index] == UInt8(ascii: "+") { index += 1 }
        let start = index
        var length = 0
        while index < value.count, let digit = Self.digit(value[index]) {
            guard length <= (Int.max - 9) / 10 else {
                hasDoubtfulLength = true
                return
            }
            length = length * 10 + digit
            index += 1
        }
        hasDoubtfulLength = hasDoubtfulLength || index < value.count || index == start
        if index > start { contentLength = length }
    }

    /// Knows `chunked` alone; anything else is as if not there.
    mutating func tolerantTransferEncodingReceived(_ value: Span<UInt8>) {
        if value.equalsIgnoringCase("chunked") {
            transferCoding = .chunked
        } else {
            hasDoubtfulLength = true
        }
    }
}
