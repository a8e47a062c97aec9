/// The parts of a URL taken apart, to be changed and put together again.
private struct WebURLParts {
    var scheme: [UInt8]
    var userName: [UInt8]
    var password: [UInt8]
    var hostKind: WebURL.HostKind
    var host: [UInt8]
    var port: UInt16?
    var path: [UInt8]
    var query: [UInt8]?
    var fragment: [UInt8]?

    init(_ url: WebURL) {
        scheme = Array(url.scheme.utf8)
        userName = Array(url.userName.utf8)
        password = Array(url.password.utf8)
        hostKind = url.layout.host
        host = Array(url.hostName.utf8)
        port = url.port
        path = Array(url.path.utf8)
        query = url.query.map { Array($0.utf8) }
        fragment = url.fragment.map { Array($0.utf8) }
    }

    /// The URL that the parts make; nil if it would be longer than a URL may be.
    func assembled() -> WebURL? {
        var output = scheme
        var layout = WebURL.Layout()
        layout.schemeEnd = UInt32(output.count)
        output.append(UInt8(ascii: ":"))
        if hostKind != .none { output += "//".utf8 }
        output += userName
        layout.userNameEnd = UInt32(output.count)
        if !password.isEmpty { output += [UInt8(ascii: ":")] + password }
        if !userName.isEmpty || !password.isEmpty { output.append(UInt8(ascii: "@")) }
        layout.hostStart = UInt32(output.count)
        output += host
        layout.hostEnd = UInt32(output.count)
        layout.host = hostKind
        if let port {
            layout.port = port
            layout.hasPort = true
            output += ":\(port)".utf8
        }
        layout.pathStart = UInt32(output.count)
        output += path
        if let query {
            layout.queryStart = UInt32(output.count)
            output += [UInt8(ascii: "?")] + query
        }
        if let fragment {
            layout.fragmentStart = UInt32(output.count)
            output += [UInt8(ascii: "#")] + fragment
        }
        WebURLParser.guardLeadingSlashes(&output, &layout)
        guard output.count <= WebURL.maxLength else { return nil }
        return WebURL(serialization: String(decoding: output, as: UTF8.self), layout: layout)
    }
}

// Setters as browsers have them: a value that does not fit leaves the URL as it was.
//
// WHATWG URL §6.1.
extension WebURL {
    private var mayHavePort: Bool {
        layout.host != .none && layout.host != .empty && specialScheme != .file
    }

    private mutating func change(_ body: (inout WebURLParts) -> Bool) -> Bool {
        var parts = WebURLParts(self)
        guard body(&parts), let changed = parts.assembled() else { return false }
        self = changed
        return true
    }

    private static func encoded(_ text: String, _ set: PercentEncodeSet) -> [UInt8] {
        Array(PercentEncoding.encode(text, set).utf8)
    }

    /// Sets the scheme; a special scheme changes to special ones only.
    ///
    /// - Parameter value: A scheme; what stands behind a colon is ignored.
    /// - Returns: Whether the URL took the value.
    @discardableResult
    public mutating func setScheme(_ value: String) -> Bool {
        let text = WebURLParser.withoutTabsAndLineEnds(value.utf8.span)
        guard let length = WebURLParser.schemeLength(text.span),
            length == text.count || text[length] == UInt8(ascii: ":")
        else { return false }
        let scheme = text[..<length].map {
            $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0
        }
        let special = SpecialScheme(scheme.span)
        guard (special == nil) == (specialScheme == nil) else { return false }
        if special == .file, hasCredentials || layout.hasPort { return false }
        if specialScheme == .file, layout.host == .empty { return false }
        return change { parts in
            parts.scheme = scheme
            if let port = parts.port, port == special?.defaultPort { parts.port = nil }
            return true
        }
    }

    /// Sets the user name, which is percent-encoded on the way.
    ///
    /// - Parameter value: Any text; an empty one removes it.
    /// - Returns: Whether the URL took the value.
    @discardableResult
    public mutating func setUserName(_ value: String) -> Bool {
        guard mayHavePort else { return false }
        return change { parts in
            parts.userName = WebURL.encoded(value, .userInfo)
            return true
        }
    }

    /// Sets the password, which is percent-encoded on the way.
    ///
    /// - Parameter value: Any text; an empty one removes it.
    /// - Returns: Whether the URL took the value.
    @discardableResult
    public mutating func setPassword(_ value: String) -> Bool {
        guard mayHavePort else { return false }
        return change { parts in
            parts.password = WebURL.encoded(value, .userInfo)
            return true
        }
    }

    /// Sets the host, and the port if `value` has one.
    ///
    /// - Parameter value: `host` or `host:port`; what stands behind a slash is ignored.
    /// - Returns: Whether the URL took the host.
    @discardableResult
    public mutating func setHostAndPort(_ value: String) -> Bool {
        setHost(value, withPort: true)
    }

    /// Sets the host and leaves the port.
    ///
    /// - Parameter value: A host; what stands behind a slash is ignored.
    /// - Returns: Whether the URL took the value.
    @discardableResult
    public mutating func setHostName(_ value: String) -> Bool {
        setHost(value, withPort: false)
    }

    private mutating func setHost(_ value: String, withPort: Bool) -> Bool {
        guard !hasOpaquePath else { return false }
        let special = specialScheme
        let text = WebURLParser.withoutTabsAndLineEnds(value.utf8.span)
        let end =
            text.firstIndex {
                $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#")
                    || $0 == UInt8(ascii: "\\") && special != nil
            } ?? text.count
        let authority = text[..<end]
        let split =
            special == .file
            ? end : WebURLParser.portColon(text.span.extracting(0..<end))
        if split < end, split == 0 || !withPort { return false }
        if split == 0, special != nil, special != .file { return false }
        if split == 0, hasCredentials || layout.hasPort { return false }
        var host: [UInt8] = []
        var kind = HostKind.empty
        if split > 0 {
            guard
                let parsed = try? HostText.parse(
                    text.span.extracting(0..<split), isSpecial: special != nil, to: &host)
            else { return false }
            kind = parsed
            if special == .file, host.elementsEqual("localhost".utf8) {
                host = []
                kind = .empty
            }
        }
        let port = authority[split...].dropFirst()
        return change { parts in
            parts.host = host
            parts.hostKind = kind
            if let number = WebURL.leadingPort(port) {
                parts.port = number == special?.defaultPort ? nil : number
            }
            return true
        }
    }

    /// Sets the port.
    ///
    /// - Parameter value: A number from 0 to 65535; nil, or the scheme's own, removes it.
    /// - Returns: Whether the URL took the value.
    @discardableResult
    public mutating func setPort(_ value: UInt16?) -> Bool {
        guard mayHavePort else { return false }
        let special = specialScheme
        return change { parts in
            parts.port = value == special?.defaultPort ? nil : value
            return true
        }
    }

    /// Sets the port to the number that `value` begins with; an empty text removes it.
    ///
    /// - Parameter value: Decimal digits; what follows them is ignored.
    /// - Returns: Whether the URL took the value.
    @discardableResult
    public mutating func setPort(_ value: String) -> Bool {
        if value.isEmpty { return setPort(UInt16?.none) }
        let text = WebURLParser.withoutTabsAndLineEnds(value.utf8.span)
        guard let port = WebURL.leadingPort(text[...]) else { return false }
        return setPort(port)
    }

    /// The number that `text` begins with; nil if there is none or it is above 65535.
    private static func leadingPort(_ text: ArraySlice<UInt8>) -> UInt16? {
        let digits = text.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        guard !digits.isEmpty else { return nil }
        let value = digits.reduce(UInt32(0)) {
            min($0 * 10 + UInt32($1 - UInt8(ascii: "0")), 65_536)
        }
        return UInt16(exactly: value)
    }

    /// Sets the path, which is normalised and percent-encoded on the way.
    ///
    /// - Parameter value: A path; `?` and `#` in it are encoded.
    /// - Returns: Whether the URL took the value: one with an opaque path does not.
    @discardableResult
    public mutating func setPath(_ value: String) -> Bool {
        guard !hasOpaquePath else { return false }
        let text = WebURLParser.withoutTabsAndLineEnds(value.utf8.span)
        let path = WebURLParser.path(
            text.span, special: specialScheme, hasHost: layout.host != .none)
        return change { parts in
            parts.path = path
            return true
        }
    }

    /// Sets the query, which is percent-encoded on the way.
    ///
    /// - Parameter value: A query, with or without its `?`; an empty text removes it.
    /// - Returns: Whether the URL took the value.
    @discardableResult
    public mutating func setQuery(_ value: String) -> Bool {
        let set: PercentEncodeSet = isSpecial ? .specialQuery : .query
        return change { parts in
            parts.query = WebURL.tail(value, after: UInt8(ascii: "?"), set)
            return true
        }
    }

    /// Sets the fragment, which is percent-encoded on the way.
    ///
    /// - Parameter value: A fragment, with or without its `#`; an empty text removes it.
    /// - Returns: Whether the URL took the value.
    @discardableResult
    public mutating func setFragment(_ value: String) -> Bool {
        change { parts in
            parts.fragment = WebURL.tail(value, after: UInt8(ascii: "#"), .fragment)
            return true
        }
    }

    private static func tail(
        _ value: String, after mark: UInt8, _ set: PercentEncodeSet
    ) -> [UInt8]? {
        guard !value.isEmpty else { return nil }
        var output: [UInt8] = []
        let text = WebURLParser.withoutTabsAndLineEnds(value.utf8.span)
        for octet in text.first == mark ? text.dropFirst() : text[...] {
            PercentEncoding.append(octet, set, to: &output)
        }
        return output
    }
}
