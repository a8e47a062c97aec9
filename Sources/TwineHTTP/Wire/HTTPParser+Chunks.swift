extension HTTPParser {
    /// Reads a chunk's size line: `chunk-size [chunk-ext]`, without its CRLF.
    ///
    /// RFC 9112 §7.1.
    mutating func chunkSizeReceived(_ line: Span<UInt8>) throws(HTTPError) {
        var size = 0
        var index = 0
        if isTolerant { while index < line.count, HTTPOctet.isSpace(line[index]) { index += 1 } }
        let start = index
        while index < line.count, let digit = HTTPOctet.hexDigit(line[index]) {
            // 15 digits after leading zeros fit an Int of 64 bits; so does every sum of them with a count.
            guard size < 1 << 56, index - start < 16 else { throw .chunkTooLarge }
            size = size << 4 | digit
            index += 1
        }
        guard index > start else { throw .invalidChunkSize }
        try checkExtensions(line.extracting(index..<line.count))
        // Extensions carry nothing that is used here; together they may not outweigh a head.
        headOctets += line.count - index
        guard headOctets <= limits.head else {
            throw .chunkExtensionTooLong(limit: limits.head)
        }
        guard size > 0 else {
            headOctets = 0
            head = HTTPHead()
            state = .trailers
            return
        }
        guard size <= Int.max - bodyReceived else { throw .chunkTooLarge }
        state = .chunk(remaining: size)
    }

    /// Checks `*( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )`.
    private func checkExtensions(_ line: Span<UInt8>) throws(HTTPError) {
        guard !line.isEmpty else { return }
        if isTolerant {
            // Whatever it is, as long as it cannot be part of the size.
            guard HTTPOctet.isSpace(line[0]) || line[0] == HTTPOctet.semicolon else {
                throw .invalidChunkSize
            }
            return
        }
        var scanner = HTTPScanner(line)
        while true {
            scanner.skipSpace()
            // White space and nothing after it: old servers pad the size to a fixed width.
            if scanner.isAtEnd {
                if role == .responses { return }
                throw .invalidChunkSize
            }
            guard scanner.take(HTTPOctet.semicolon) else { throw .invalidChunkSize }
            scanner.skipSpace()
            guard scanner.skipToken() else { throw .invalidChunkSize }
            var lookahead = scanner
            lookahead.skipSpace()
            if lookahead.take(UInt8(ascii: "=")) {
                lookahead.skipSpace()
                guard lookahead.skipToken() || lookahead.skipQuotedString() else {
                    throw .invalidChunkSize
                }
                scanner = lookahead
            }
            if scanner.isAtEnd { return }
        }
    }
}

/// Walks over the octets of one line.
struct HTTPScanner: ~Escapable {
    private let octets: Span<UInt8>
    private(set) var index = 0

    @_lifetime(copy octets)
    init(_ octets: Span<UInt8>) {
        self.octets = octets
    }

    var isAtEnd: Bool { index >= octets.count }

    @_lifetime(self: copy self)
    mutating func skipSpace() {
        while index < octets.count, HTTPOctet.isSpace(octets[index]) { index += 1 }
    }

    @_lifetime(self: copy self)
    mutating func take(_ octet: UInt8) -> Bool {
        guard index < octets.count, octets[index] == octet else { return false }
        index += 1
        return true
    }

    /// Skips `1*tchar`; false when there is none.
    @_lifetime(self: copy self)
    mutating func skipToken() -> Bool {
        let start = index
        while index < octets.count, HTTPOctet.isToken(octets[index]) { index += 1 }
        return index > start
    }

    /// Skips a quoted-string; false, and somewhere in it, when it is malformed.
    @_lifetime(self: copy self)
    mutating func skipQuotedString() -> Bool {
        guard take(HTTPOctet.quote) else { return false }
        while index < octets.count {
            let octet = octets[index]
            index += 1
            switch octet {
            case HTTPOctet.quote: return true
            case UInt8(ascii: "\\"):
                guard index < octets.count, isText(octets[index]) else { return false }
                index += 1
            default:
                guard isText(octet) else { return false }
            }
        }
        return false
    }

    private func isText(_ octet: UInt8) -> Bool {
        octet >= 0x20 && octet != 0x7F || octet == HTTPOctet.tab
    }
}
