import TwineBytes

// The parts behind the scheme: authority, path, query, fragment.
extension WebURLParser {
    // MARK: Authority

    /// Reads credentials, host and port up to the path; the scheme and its colon are written.
    mutating func readAuthority() throws(WebURLError) {
        output.append(UInt8(ascii: "/"))
        output.append(UInt8(ascii: "/"))
        let start = index
        var lastAt: Int?
        while index < input.count, !endsAuthority(input[index]) {
            if input[index] == UInt8(ascii: "@") { lastAt = index }
            index += 1
        }
        let end = index
        layout.userNameEnd = UInt32(output.count)
        if let lastAt {
            guard lastAt + 1 < end else { throw .hostMissing }
            appendCredentials(input.extracting(start..<lastAt))
        }
        layout.hostStart = UInt32(output.count)
        try appendHostAndPort(input.extracting((lastAt.map { $0 + 1 } ?? start)..<end))
        readPathStart()
    }

    private mutating func appendCredentials(_ text: Span<UInt8>) {
        var split = 0
        while split < text.count, text[split] != UInt8(ascii: ":") { split += 1 }
        PercentEncoding.append(text.extracting(0..<split), .userInfo, to: &output)
        layout.userNameEnd = UInt32(output.count)
        if split + 1 < text.count {
            output.append(UInt8(ascii: ":"))
            PercentEncoding.append(
                text.extracting((split + 1)..<text.count), .userInfo, to: &output)
        }
        if split > 0 || split + 1 < text.count { output.append(UInt8(ascii: "@")) }
    }

    private mutating func appendHostAndPort(_ text: Span<UInt8>) throws(WebURLError) {
        let split = WebURLParser.portColon(text)
        if split == 0, split < text.count || special != nil { throw .hostMissing }
        if split > 0 {
            layout.host = try HostText.parse(
                text.extracting(0..<split), isSpecial: special != nil, to: &output)
        } else {
            layout.host = .empty
        }
        layout.hostEnd = UInt32(output.count)
        guard split + 1 < text.count else { return }
        var value: UInt32 = 0
        for position in (split + 1)..<text.count {
            let octet = text[position]
            guard octet >= UInt8(ascii: "0"), octet <= UInt8(ascii: "9") else {
                throw .portNotANumber
            }
            value = min(value * 10 + UInt32(octet - UInt8(ascii: "0")), 65_536)
        }
        guard let port = UInt16(exactly: value) else { throw .portTooLarge }
        appendPort(port)
    }

    mutating func appendPort(_ port: UInt16) {
        guard port != special?.defaultPort else { return }
        layout.port = port
        layout.hasPort = true
        output.append(UInt8(ascii: ":"))
        output.append(decimal: Int(port))
    }

    /// Where the colon before the port stands, brackets left aside; the end if there is none.
    static func portColon(_ text: Span<UInt8>) -> Int {
        var insideBrackets = false
        for position in 0..<text.count {
            switch text[position] {
            case UInt8(ascii: "["): insideBrackets = true
            case UInt8(ascii: "]"): insideBrackets = false
            case UInt8(ascii: ":") where !insideBrackets: return position
            default: continue
            }
        }
        return text.count
    }

    // MARK: Path

    /// Reads a path behind an authority: its first slash, if written, belongs to it.
    mutating func readPathStart() {
        layout.pathStart = UInt32(output.count)
        if special == nil, !peek(UInt8(ascii: "/")) {
            guard index < input.count, !peek(UInt8(ascii: "?")), !peek(UInt8(ascii: "#")) else {
                readQueryAndFragment()
                return
            }
        } else if isSlash() {
            index += 1
        }
        readPath(from: output.count)
    }

    /// Reads segments, the slash before the first one being read, onto the path at `start`.
    mutating func readPath(from start: Int) {
        layout.pathStart = UInt32(start)
        while true {
            let segmentStart = index
            while index < input.count, !endsAuthority(input[index]) { index += 1 }
            let segment = input.extracting(segmentStart..<index)
            let more = isSlash()
            appendSegment(segment, isLast: !more, pathStart: start)
            guard more else { break }
            index += 1
        }
        readQueryAndFragment()
    }

    /// Appends one segment, or goes up for `..`, or stays for `.`.
    mutating func appendSegment(_ segment: Span<UInt8>, isLast: Bool, pathStart: Int) {
        if isDoubleDot(segment) {
            shortenPath(from: pathStart)
            if isLast { output.append(UInt8(ascii: "/")) }
        } else if isSingleDot(segment) {
            if isLast { output.append(UInt8(ascii: "/")) }
        } else if special == .file, output.count == pathStart, isDrive(segment) {
            output.append(UInt8(ascii: "/"))
            output.append(segment[0])
            output.append(UInt8(ascii: ":"))
        } else {
            output.append(UInt8(ascii: "/"))
            PercentEncoding.append(segment, .path, to: &output)
        }
    }

    /// Removes the last segment, but not the drive of a file URL.
    mutating func shortenPath(from start: Int) {
        guard output.count > start else { return }
        if special == .file, output.count == start + 3,
            WebURLParser.isLetter(output[start + 1]), output[start + 2] == UInt8(ascii: ":")
        {
            return
        }
        var end = output.count - 1
        while end > start, output[end] != UInt8(ascii: "/") { end -= 1 }
        output.removeSubrange(end...)
    }

    /// Reads a path without hierarchy, as in `mailto:` and `data:`.
    mutating func readOpaquePath() {
        while index < input.count {
            let octet = input[index]
            if octet == UInt8(ascii: "?") || octet == UInt8(ascii: "#") { break }
            if octet == UInt8(ascii: " "), index + 1 < input.count,
                input[index + 1] == UInt8(ascii: "?") || input[index + 1] == UInt8(ascii: "#")
            {
                // A space at the end would be lost when the URL is parsed again.
                output.append(contentsOf: "%20".utf8)
            } else {
                PercentEncoding.append(octet, .c0Control, to: &output)
            }
            index += 1
        }
        readQueryAndFragment()
    }

    // MARK: Query and fragment

    /// Reads `?query` and `#fragment`, each if it is there, to the end of the input.
    mutating func readQueryAndFragment() {
        if peek(UInt8(ascii: "?")) {
            layout.queryStart = UInt32(output.count)
            output.append(UInt8(ascii: "?"))
            index += 1
            let start = index
            while index < input.count, input[index] != UInt8(ascii: "#") { index += 1 }
            PercentEncoding.append(
                input.extracting(start..<index), special == nil ? .query : .specialQuery,
                to: &output)
        }
        guard peek(UInt8(ascii: "#")) else { return }
        layout.fragmentStart = UInt32(output.count)
        output.append(UInt8(ascii: "#"))
        index += 1
        PercentEncoding.append(input.extracting(index..<input.count), .fragment, to: &output)
        index = input.count
    }

    /// The URL that was written.
    mutating func finish() throws(WebURLError) -> WebURL {
        WebURLParser.guardLeadingSlashes(&output, &layout)
        guard output.count <= WebURL.maxLength else { throw .tooLong(length: output.count) }
        return WebURL(
            serialization: output.span.asciiString(), layout: layout)
    }

    /// Writes `/.` before a path that begins with `//` and would be read as a host.
    static func guardLeadingSlashes(_ output: inout [UInt8], _ layout: inout WebURL.Layout) {
        let start = Int(layout.pathStart)
        guard layout.host == .none, start + 1 < output.count,
            output[start] == UInt8(ascii: "/"), output[start + 1] == UInt8(ascii: "/")
        else { return }
        output.insert(contentsOf: "/.".utf8, at: start)
        layout.pathStart += 2
        if layout.queryStart != .max { layout.queryStart += 2 }
        if layout.fragmentStart != .max { layout.fragmentStart += 2 }
    }

    // MARK: Dots and drives

    private func isSingleDot(_ segment: Span<UInt8>) -> Bool {
        dotLength(segment, at: 0) == segment.count && segment.count > 0
    }

    private func isDoubleDot(_ segment: Span<UInt8>) -> Bool {
        let first = dotLength(segment, at: 0)
        guard first > 0 else { return false }
        let second = dotLength(segment, at: first)
        return second > 0 && first + second == segment.count
    }

    /// The octets of a dot, plain or as `%2e`, at `start`; 0 if there is none.
    private func dotLength(_ segment: Span<UInt8>, at start: Int) -> Int {
        guard start < segment.count else { return 0 }
        if segment[start] == UInt8(ascii: ".") { return 1 }
        guard start + 2 < segment.count, segment[start] == UInt8(ascii: "%"),
            segment[start + 1] == UInt8(ascii: "2"), segment[start + 2] | 0x20 == UInt8(ascii: "e")
        else { return 0 }
        return 3
    }

    /// Whether `segment` is a Windows drive letter: `C:` or `C|`.
    func isDrive(_ segment: Span<UInt8>) -> Bool {
        segment.count == 2 && WebURLParser.isLetter(segment[0])
            && (segment[1] == UInt8(ascii: ":") || segment[1] == UInt8(ascii: "|"))
    }

    /// Whether a Windows drive letter stands here as a whole segment.
    func startsWithDrive() -> Bool {
        guard index + 1 < input.count, isDrive(input.extracting(index..<(index + 2))) else {
            return false
        }
        return index + 2 == input.count || endsAuthority(input[index + 2])
    }
}

extension WebURL {
    /// Where host and port end, or the scheme's colon if there is no host.
    var authorityEnd: Int {
        layout.host == .none ? Int(layout.schemeEnd) + 1 : Int(layout.pathStart)
    }

    /// Whether the first segment of the path is a drive such as `C:`.
    var startsWithNormalizedDrive: Bool {
        let octets = serialization.utf8.span
        let start = Int(layout.pathStart)
        guard start + 2 < pathEnd, WebURLParser.isLetter(octets[start + 1]),
            octets[start + 2] == UInt8(ascii: ":")
        else { return false }
        return start + 3 == pathEnd || octets[start + 3] == UInt8(ascii: "/")
    }
}

extension WebURLParser {
    /// A path alone, `?` and `#` being octets like others.
    ///
    /// - Parameters:
    ///   - text: The path, with or without its first slash.
    ///   - special: The scheme, if it is special.
    ///   - hasHost: Whether the URL has a host, so that its path may be empty.
    /// - Returns: The normalised path.
    static func path(_ text: Span<UInt8>, special: SpecialScheme?, hasHost: Bool) -> [UInt8] {
        var parser = WebURLParser(text)
        parser.special = special
        if text.count == 0, special == nil, hasHost { return [] }
        if parser.isSlash() { parser.index += 1 }
        while true {
            let start = parser.index
            while parser.index < text.count, !parser.isSlash() { parser.index += 1 }
            let more = parser.index < text.count
            parser.appendSegment(
                text.extracting(start..<parser.index), isLast: !more, pathStart: 0)
            guard more else { return parser.output }
            parser.index += 1
        }
    }
}
