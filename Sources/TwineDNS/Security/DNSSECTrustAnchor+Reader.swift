/// Files of trust anchors.
extension DNSSECTrustAnchor {
    /// Reads the anchors of a file, in one of the forms that are in use.
    ///
    /// These are DS and DNSKEY records as in zone files, and BIND's statements `trust-anchors`,
    /// `managed-keys` and `trusted-keys`, as in its file `bind.keys`.
    ///
    /// - Parameter text: The octets of the file.
    /// - Returns: The anchors, in the order of the file; perhaps none.
    /// - Throws: ``DNSTextError`` at what is not understood.
    public static func read(_ text: [UInt8]) throws(DNSTextError) -> [DNSSECTrustAnchor] {
        var reader = AnchorReader(text)
        guard try reader.hasStatements() else { return try readZone(text) }
        return try reader.anchors()
    }

    private static func readZone(_ text: [UInt8]) throws(DNSTextError) -> [DNSSECTrustAnchor] {
        var reader = ZoneReader(text, timeToLive: 0)
        var anchors: [DNSSECTrustAnchor] = []
        while let record = try reader.next() {
            if let anchor = DNSSECTrustAnchor(record) { anchors.append(anchor) }
        }
        return anchors
    }
}

/// Reads trust anchors from statements of BIND's configuration.
private struct AnchorReader {
    private enum Token: Equatable {
        case word(String)
        case quoted(String)
        case symbol(UInt8)
    }

    private let text: [UInt8]
    private var offset = 0
    /// Where the token at hand begins.
    private var start = 0

    init(_ text: [UInt8]) { self.text = text }

    private static let statements: Set<String> = ["trust-anchors", "managed-keys", "trusted-keys"]

    /// Whether the first word, behind comments of either form, begins a statement.
    func hasStatements() throws(DNSTextError) -> Bool {
        var reader = self
        // A semicolon begins a comment in zone files, and ends statements.
        while case .symbol(UInt8(ascii: ";"))? = try reader.next() {
            while reader.offset < text.count, text[reader.offset] != UInt8(ascii: "\n") {
                reader.offset += 1
            }
        }
        reader.offset = reader.start
        guard case .word(let word)? = try reader.next() else { return false }
        return Self.statements.contains(word)
    }

    mutating func anchors() throws(DNSTextError) -> [DNSSECTrustAnchor] {
        var anchors: [DNSSECTrustAnchor] = []
        while let token = try next() {
            guard token != .symbol(UInt8(ascii: ";")) else { continue }
            guard case .word(let statement) = token, Self.statements.contains(statement) else {
                throw error("this is not trust-anchors, managed-keys or trusted-keys")
            }
            try expect("{")
            while true {
                guard let token = try next() else { throw error("a } is missing") }
                guard token != .symbol(UInt8(ascii: "}")) else { break }
                let name: String
                switch token {
                case .word(let text), .quoted(let text): name = text
                case .symbol: throw error("the name of a zone is missing")
                }
                anchors.append(try anchor(name, hasKind: statement != "trusted-keys"))
            }
            try expect(";")
        }
        return anchors
    }

    /// Reads one anchor, behind its name.
    private mutating func anchor(
        _ name: String, hasKind: Bool
    ) throws(DNSTextError) -> DNSSECTrustAnchor {
        var type = DNSType.dnskey
        if hasKind {
            switch try word() {
            case "static-key", "initial-key": break
            case "static-ds", "initial-ds": type = .ds
            default: throw error("this is not static-key, initial-key, static-ds or initial-ds")
            }
        }
        var rdata: [String] = []
        for _ in 0..<3 { rdata.append(try word()) }
        guard case .quoted(let octets)? = try next() else {
            throw error("a key or digest in quotes is missing")
        }
        rdata.append(octets)
        let place = start
        try expect(";")
        do throws(DNSTextError) {
            guard let owner = try? DNSName(name) else { throw error("'\(name)' is not a name") }
            let record = try DNSRecord(
                name: owner, type: type, timeToLive: 0, text: rdata.joined(separator: " "))
            if let anchor = DNSSECTrustAnchor(record) { return anchor }
            throw error("the rdata does not have the form of \(type)")
        } catch {
            start = place
            throw self.error(error.reason)
        }
    }

    // MARK: Tokens

    private mutating func word() throws(DNSTextError) -> String {
        guard case .word(let word)? = try next() else { throw error("a word is missing") }
        return word
    }

    private mutating func expect(_ symbol: Unicode.Scalar) throws(DNSTextError) {
        guard try next() == .symbol(UInt8(ascii: symbol)) else {
            throw error("a \(symbol) is missing")
        }
    }

    private mutating func next() throws(DNSTextError) -> Token? {
        try skipSpace()
        start = offset
        guard offset < text.count else { return nil }
        let octet = text[offset]
        offset += 1
        switch octet {
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ";"): return .symbol(octet)
        case UInt8(ascii: "\""):
            let rest = text[offset...]
            guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else {
                throw error("a quote is not closed")
            }
            offset = end + 1
            // Keys are often cut into lines.
            let content = rest[..<end].map { Self.isSpace($0) ? UInt8(ascii: " ") : $0 }
            return .quoted(String(decoding: content, as: UTF8.self))
        default:
            while offset < text.count, !Self.endsWord(text[offset]) { offset += 1 }
            return .word(String(decoding: text[start..<offset], as: UTF8.self))
        }
    }

    private static func isSpace(_ octet: UInt8) -> Bool { octet == 0x20 || 9...13 ~= octet }

    private static func endsWord(_ octet: UInt8) -> Bool {
        isSpace(octet) || octet == UInt8(ascii: "{") || octet == UInt8(ascii: "}")
            || octet == UInt8(ascii: ";") || octet == UInt8(ascii: "\"")
    }

    /// Passes over space, and comments in the forms of C, C++ and the shell.
    private mutating func skipSpace() throws(DNSTextError) {
        while offset < text.count {
            let rest = text[offset...]
            if Self.isSpace(text[offset]) {
                offset += 1
            } else if text[offset] == UInt8(ascii: "#") || rest.starts(with: "//".utf8) {
                offset = rest.firstIndex(of: UInt8(ascii: "\n")) ?? text.count
            } else if rest.starts(with: "/*".utf8) {
                start = offset
                offset += 2
                while offset < text.count, !text[offset...].starts(with: "*/".utf8) { offset += 1 }
                guard offset < text.count else { throw error("a comment is not closed") }
                offset += 2
            } else {
                return
            }
        }
    }

    private func error(_ reason: String) -> DNSTextError {
        DNSTextReader(text).error(reason, at: start)
    }
}
