/// The URL parser: it writes the serialization while it reads the text.
///
/// The standard describes a machine over code points that fills a record. Here each part has a
/// function, and its octets go straight to the output; the rules and their order are the same.
/// Octets will do: every set encodes all that is not ASCII.
///
/// WHATWG URL §4.4.
struct WebURLParser: ~Escapable {
    let input: Span<UInt8>
    var index = 0
    var output: [UInt8] = []
    var layout = WebURL.Layout()
    var special: SpecialScheme?

    @_lifetime(copy input)
    init(_ input: Span<UInt8>) {
        self.input = input
        output.reserveCapacity(input.count + 8)
    }

    static func parse(_ text: String, base: WebURL?) throws(WebURLError) -> WebURL {
        guard text.utf8.count <= WebURL.maxLength else { throw .tooLong(length: text.utf8.count) }
        let octets = text.utf8.span
        var end = octets.count
        while end > 0, octets[end - 1] <= 0x20 { end -= 1 }
        var start = 0
        while start < end, octets[start] <= 0x20 { start += 1 }
        let trimmed = octets.extracting(start..<end)
        if hasTabOrLineEnd(trimmed) {
            let filtered = withoutTabsAndLineEnds(trimmed)
            var parser = WebURLParser(filtered.span)
            return try parser.run(base: base)
        }
        var parser = WebURLParser(trimmed)
        return try parser.run(base: base)
    }

    private static func hasTabOrLineEnd(_ octets: Span<UInt8>) -> Bool {
        for index in 0..<octets.count where isTabOrLineEnd(octets[index]) { return true }
        return false
    }

    static func withoutTabsAndLineEnds(_ octets: Span<UInt8>) -> [UInt8] {
        var kept: [UInt8] = []
        kept.reserveCapacity(octets.count)
        for index in 0..<octets.count where !isTabOrLineEnd(octets[index]) {
            kept.append(octets[index])
        }
        return kept
    }

    private static func isTabOrLineEnd(_ octet: UInt8) -> Bool {
        octet == 0x09 || octet == 0x0A || octet == 0x0D
    }

    // MARK: The scheme, and what follows from it

    private mutating func run(base: WebURL?) throws(WebURLError) -> WebURL {
        if readScheme() {
            try readAfterScheme(base: base)
        } else {
            guard let base else { throw .schemeMissing }
            try readWithoutScheme(base: base)
        }
        return try finish()
    }

    /// Reads `scheme:` in lower case; leaves everything untouched if there is none.
    private mutating func readScheme() -> Bool {
        guard let length = WebURLParser.schemeLength(input), length < input.count,
            input[length] == UInt8(ascii: ":")
        else { return false }
        for position in 0..<length {
            let octet = input[position]
            output.append(
                octet >= UInt8(ascii: "A") && octet <= UInt8(ascii: "Z") ? octet | 0x20 : octet)
        }
        special = SpecialScheme(output.span)
        layout.schemeEnd = UInt32(length)
        output.append(UInt8(ascii: ":"))
        index = length + 1
        return true
    }

    /// How many octets of a scheme `text` begins with; nil if it does not begin with a letter.
    static func schemeLength(_ text: Span<UInt8>) -> Int? {
        guard text.count > 0, isLetter(text[0]) else { return nil }
        var length = 1
        while length < text.count {
            switch text[length] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                length += 1
            default:
                return length
            }
        }
        return length
    }

    private mutating func readAfterScheme(base: WebURL?) throws(WebURLError) {
        guard let special else {
            guard peek(UInt8(ascii: "/")) else {
                markNoHost()
                layout.pathStart = UInt32(output.count)
                readOpaquePath()
                return
            }
            index += 1
            if peek(UInt8(ascii: "/")) {
                index += 1
                try readAuthority()
            } else {
                markNoHost()
                readPath(from: output.count)
            }
            return
        }
        let sameScheme = base.flatMap { $0.specialScheme == special ? $0 : nil }
        if special == .file {
            try readFile(base: sameScheme)
        } else if let sameScheme,
            !(peek(UInt8(ascii: "/")) && index + 1 < input.count
                && input[index + 1] == UInt8(ascii: "/"))
        {
            try readRelative(base: sameScheme)
        } else {
            skipSlashes()
            try readAuthority()
        }
    }

    private mutating func readWithoutScheme(base: WebURL) throws(WebURLError) {
        if base.hasOpaquePath {
            guard peek(UInt8(ascii: "#")) else { throw .baseCannotBeJoined }
            copy(base, to: base.queryEnd)
            readQueryAndFragment()
            return
        }
        special = base.specialScheme
        if special == .file {
            copy(base, to: Int(base.layout.schemeEnd) + 1)
            try readFile(base: base)
        } else {
            try readRelative(base: base)
        }
    }

    /// Reads a reference to something at the same scheme.
    private mutating func readRelative(base: WebURL) throws(WebURLError) {
        if isSlash() {
            index += 1
            if isSlash() {
                copy(base, to: Int(base.layout.schemeEnd) + 1)
                index += 1
                if special != nil { skipSlashes() }
                try readAuthority()
                return
            }
            copy(base, to: base.authorityEnd)
            readPath(from: output.count)
            return
        }
        try readBesidePath(of: base)
    }

    /// Reads what keeps the path of `base`, or all of it but its last segment.
    private mutating func readBesidePath(of base: WebURL) throws(WebURLError) {
        guard index < input.count else {
            copy(base, to: base.queryEnd)
            return
        }
        switch input[index] {
        case UInt8(ascii: "?"):
            copy(base, to: base.pathEnd)
            readQueryAndFragment()
        case UInt8(ascii: "#"):
            copy(base, to: base.queryEnd)
            readQueryAndFragment()
        default:
            copy(base, to: base.pathEnd)
            let start = Int(layout.pathStart)
            shortenPath(from: start)
            readPath(from: start)
        }
    }

    /// Takes over the octets of `base` before `end`, and the layout with them.
    mutating func copy(_ base: WebURL, to end: Int) {
        let octets = base.serialization.utf8.span
        output.removeAll(keepingCapacity: true)
        output.reserveCapacity(end + input.count + 4)
        output.appendOctets(octets.extracting(0..<end))
        layout = base.layout
        if end == Int(layout.schemeEnd) + 1 {
            layout = WebURL.Layout()
            layout.schemeEnd = base.layout.schemeEnd
            markNoHost()
            layout.pathStart = UInt32(end)
            return
        }
        if end <= layout.queryStart { layout.queryStart = .max }
        if end <= layout.fragmentStart { layout.fragmentStart = .max }
        // The "/." before a path that begins with "//" comes back at the end, if still needed.
        if layout.host == .none, layout.pathStart > layout.schemeEnd + 1 {
            let removed = Int(layout.schemeEnd + 1)..<min(Int(layout.pathStart), output.count)
            output.removeSubrange(removed)
            layout.pathStart = layout.schemeEnd + 1
            if layout.queryStart != .max { layout.queryStart -= UInt32(removed.count) }
        }
        if end <= base.authorityEnd { layout.pathStart = UInt32(output.count) }
    }

    // MARK: Files

    private mutating func readFile(base: WebURL?) throws(WebURLError) {
        if isSlash() {
            index += 1
            if isSlash() {
                index += 1
                try readFileHost()
                return
            }
            beginEmptyHost(orHostOf: base)
            let start = output.count
            // A drive of the base stays: "/x" beside "file:///C:/y" is "file:///C:/x".
            if let base, !startsWithDrive(), base.startsWithNormalizedDrive {
                let octets = base.serialization.utf8.span
                let from = Int(base.layout.pathStart)
                for position in from..<(from + 3) { output.append(octets[position]) }
            }
            readPath(from: start)
            return
        }
        guard let base else {
            beginEmptyHost(orHostOf: nil)
            readPath(from: output.count)
            return
        }
        if index < input.count, input[index] != UInt8(ascii: "?"),
            input[index] != UInt8(ascii: "#"), startsWithDrive()
        {
            beginEmptyHost(orHostOf: base)
            readPath(from: output.count)
            return
        }
        try readBesidePath(of: base)
    }

    private mutating func beginEmptyHost(orHostOf base: WebURL?) {
        if let base {
            copy(base, to: base.authorityEnd)
            return
        }
        output.append(UInt8(ascii: "/"))
        output.append(UInt8(ascii: "/"))
        layout.userNameEnd = UInt32(output.count)
        layout.hostStart = UInt32(output.count)
        layout.hostEnd = UInt32(output.count)
        layout.host = .empty
    }

    private mutating func readFileHost() throws(WebURLError) {
        let start = index
        while index < input.count, !endsAuthority(input[index]) { index += 1 }
        beginEmptyHost(orHostOf: nil)
        let host = input.extracting(start..<index)
        if isDrive(host) {
            // A quirk of old: in "file://C:/x" the "host" is the first segment of the path.
            index = start
            readPath(from: output.count)
            return
        }
        if host.count > 0 { try appendFileHost(host) }
        readPathStart()
    }

    private mutating func appendFileHost(_ host: Span<UInt8>) throws(WebURLError) {
        let start = output.count
        layout.host = try HostText.parse(host, isSpecial: true, to: &output)
        if output.span.extracting(start..<output.count).equalsExactly("localhost") {
            output.removeSubrange(start...)
            layout.host = .empty
        }
        layout.hostEnd = UInt32(output.count)
    }

    // MARK: Small questions

    func peek(_ octet: UInt8) -> Bool { index < input.count && input[index] == octet }

    func isSlash() -> Bool {
        peek(UInt8(ascii: "/")) || special != nil && peek(UInt8(ascii: "\\"))
    }

    private mutating func skipSlashes() {
        while isSlash() { index += 1 }
    }

    func endsAuthority(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"): true
        case UInt8(ascii: "\\"): special != nil
        default: false
        }
    }

    mutating func markNoHost() {
        layout.userNameEnd = UInt32(output.count)
        layout.hostStart = UInt32(output.count)
        layout.hostEnd = UInt32(output.count)
    }

    static func isLetter(_ octet: UInt8) -> Bool {
        octet | 0x20 >= UInt8(ascii: "a") && octet | 0x20 <= UInt8(ascii: "z")
    }
}
