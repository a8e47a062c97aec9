/// Reads the statement `key` of BIND's configuration, which tsig-keygen writes.
struct KeyStatementReader {
    /// A word, a string in quotes, or one of `{`, `}` and `;`.
    private enum Token: Equatable {
        case word(String)
        case string(String)
        case mark(UInt8)
    }

    private let text: [UInt8]
    private let file: String?
    private var offset = 0
    /// Where the token that was read last begins.
    private var start = 0

    init(_ text: [UInt8], file: String?) {
        self.text = text
        self.file = file
    }

    /// Reads the only statement of the text.
    mutating func read() throws(DNSTextError) -> TransactionKey {
        guard try next() == .word("key") else { throw error("a statement 'key' is expected") }
        let name = try value("the key's name")
        try expect("{")
        var algorithm: (TransactionAlgorithm, Int?)?
        var secret: (text: String, start: Int)?
        while let token = try next(), token != .mark(UInt8(ascii: "}")) {
            switch token {
            case .word("algorithm") where algorithm == nil:
                let text = try value("an algorithm")
                algorithm = try located { () throws(TransactionKeyError) in
                    try TransactionKey.algorithm(text)
                }
            case .word("secret") where secret == nil: secret = (try value("a secret"), start)
            case .word("algorithm"), .word("secret"): throw error("it is said for the second time")
            default: throw error("'algorithm', 'secret' or '}' is expected")
            }
            try expect(";")
        }
        guard offset > 0, text[offset - 1] == UInt8(ascii: "}") else {
            throw error("a brace is not closed")
        }
        guard let algorithm else { throw error("the key has no algorithm") }
        guard let secret else { throw error("the key has no secret") }
        try expect(";")
        guard try next() == nil else { throw error("more follows the key") }
        start = secret.start
        return try located { () throws(TransactionKeyError) in
            try TransactionKey(
                name: name, algorithm.0, signatureLength: algorithm.1, secret: secret.text)
        }
    }

    private func located<Value>(
        _ make: () throws(TransactionKeyError) -> Value
    ) throws(DNSTextError) -> Value {
        do throws(TransactionKeyError) {
            return try make()
        } catch {
            throw self.error("\(error)")
        }
    }

    private mutating func expect(_ mark: Unicode.Scalar) throws(DNSTextError) {
        guard try next() == .mark(UInt8(ascii: mark)) else { throw error("'\(mark)' is expected") }
    }

    private mutating func value(_ what: String) throws(DNSTextError) -> String {
        switch try next() {
        case .word(let text), .string(let text): return text
        default: throw error("\(what) is expected")
        }
    }

    private mutating func next() throws(DNSTextError) -> Token? {
        try skipSpace()
        start = offset
        guard offset < text.count else { return nil }
        let first = text[offset]
        offset += 1
        if Self.isMark(first) { return .mark(first) }
        if first == UInt8(ascii: "\"") {
            while offset < text.count, text[offset] != first, text[offset] != UInt8(ascii: "\n") {
                offset += 1
            }
            guard offset < text.count, text[offset] == first else {
                throw error("a quote is not closed")
            }
            offset += 1
            return .string(String(decoding: text[start + 1..<offset - 1], as: UTF8.self))
        }
        while offset < text.count, !Self.isMark(text[offset]), !Self.isSpace(text[offset]) {
            offset += 1
        }
        return .word(String(decoding: text[start..<offset], as: UTF8.self))
    }

    private static func isMark(_ octet: UInt8) -> Bool {
        octet == UInt8(ascii: "{") || octet == UInt8(ascii: "}") || octet == UInt8(ascii: ";")
    }

    private static func isSpace(_ octet: UInt8) -> Bool { octet == 32 || 9...13 ~= octet }

    /// Passes over space, and comments in the three styles of BIND.
    private mutating func skipSpace() throws(DNSTextError) {
        while offset < text.count {
            let rest = text[offset...].prefix(2)
            if Self.isSpace(text[offset]) {
                offset += 1
            } else if rest.first == UInt8(ascii: "#") || rest.elementsEqual("//".utf8) {
                while offset < text.count, text[offset] != UInt8(ascii: "\n") { offset += 1 }
            } else if rest.elementsEqual("/*".utf8) {
                start = offset
                offset += 2
                while !text[offset...].prefix(2).elementsEqual("*/".utf8) {
                    guard offset < text.count else { throw error("a comment is not closed") }
                    offset += 1
                }
                offset += 2
            } else {
                return
            }
        }
    }

    private func error(_ reason: String) -> DNSTextError {
        let lines = text[..<start].split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return DNSTextError(
            file: file, line: lines.count, column: (lines.last?.count ?? 0) + 1, reason: reason)
    }
}

extension TransactionKey {
    /// Reads a key file as tsig-keygen writes it: one statement `key` of BIND's configuration.
    ///
    /// ```
    /// key "transfers.example.org" {
    ///     algorithm hmac-sha256;
    ///     secret "c2VjcmV0IG9jdGV0cw==";
    /// };
    /// ```
    ///
    /// - Parameters:
    ///   - text: The octets of the file.
    ///   - file: Its name, for errors.
    /// - Throws: ``DNSTextError``; it never has a part of the secret.
    public init(statement text: [UInt8], file: String? = nil) throws(DNSTextError) {
        var reader = KeyStatementReader(text, file: file)
        self = try reader.read()
    }
}
