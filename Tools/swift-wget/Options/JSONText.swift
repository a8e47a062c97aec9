/// JSON that is put together from what somebody typed (RFC 8259).
enum JSONText {
    /// The text that `--json-body` stands for.
    ///
    /// - Parameter items: One whole text of JSON; or members, each as `NAME=TEXT` or `NAME:=JSON`.
    /// - Returns: The text; nil if it is neither.
    static func body(of items: [Octets]) -> [UInt8]? {
        if items.count == 1, isValid(items[0].bytes) { return items[0].bytes }
        var text: [UInt8] = [UInt8(ascii: "{")]
        for item in items {
            guard let equals = item.bytes.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            var name = item.bytes[..<equals]
            let value = Array(item.bytes[(equals + 1)...])
            let isRaw = name.last == UInt8(ascii: ":")
            if isRaw { name.removeLast() }
            guard !name.isEmpty, let quotedName = quoted(Array(name)) else { return nil }
            guard let quotedValue = isRaw ? (isValid(value) ? value : nil) : quoted(value) else {
                return nil
            }
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            text += quotedName + [UInt8(ascii: ":")] + quotedValue
        }
        return text + [UInt8(ascii: "}")]
    }

    /// A string of JSON; nil if the octets are not UTF-8.
    private static func quoted(_ octets: [UInt8]) -> [UInt8]? {
        guard String(validating: octets, as: UTF8.self) != nil else { return nil }
        var text: [UInt8] = [UInt8(ascii: "\"")]
        for octet in octets {
            switch octet {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), octet]
            case ..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                text += Array("\\u00".utf8) + [digits[Int(octet >> 4)], digits[Int(octet & 15)]]
            default: text.append(octet)
            }
        }
        return text + [UInt8(ascii: "\"")]
    }

    /// Whether the octets are one text of JSON.
    static func isValid(_ octets: [UInt8]) -> Bool {
        guard String(validating: octets, as: UTF8.self) != nil else { return false }
        var reader = Reader(rest: octets[...])
        return reader.skipValue(depth: 0) && reader.skipSpace() && reader.rest.isEmpty
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>
        /// Deeper texts are refused, for they are read by recursion.
        static let maxDepth = 256

        /// Always true, so that it stands in conditions.
        mutating func skipSpace() -> Bool {
            rest = rest.drop { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
            return true
        }

        mutating func skip(_ text: StaticString) -> Bool {
            let word = text.description.utf8
            guard rest.starts(with: word) else { return false }
            rest = rest.dropFirst(word.count)
            return true
        }

        mutating func skipValue(depth: Int) -> Bool {
            guard depth <= Self.maxDepth, skipSpace(), let first = rest.first else { return false }
            switch first {
            case UInt8(ascii: "{"):
                return skipMembers(UInt8(ascii: "}")) { reader in
                    reader.skipSpace() && reader.skipString() && reader.skipSpace()
                        && reader.skip(":") && reader.skipValue(depth: depth + 1)
                }
            case UInt8(ascii: "["):
                return skipMembers(UInt8(ascii: "]")) { $0.skipValue(depth: depth + 1) }
            case UInt8(ascii: "\""): return skipString()
            case UInt8(ascii: "t"): return skip("true")
            case UInt8(ascii: "f"): return skip("false")
            case UInt8(ascii: "n"): return skip("null")
            default: return skipNumber()
            }
        }

        private mutating func skipMembers(
            _ end: UInt8, _ skipMember: (inout Reader) -> Bool
        ) -> Bool {
            rest.removeFirst()
            _ = skipSpace()
            if rest.first == end {
                rest.removeFirst()
                return true
            }
            while skipMember(&self), skipSpace(), let next = rest.popFirst() {
                if next == end { return true }
                guard next == UInt8(ascii: ",") else { return false }
            }
            return false
        }

        private mutating func skipString() -> Bool {
            guard skip("\"") else { return false }
            while let octet = rest.popFirst() {
                switch octet {
                case UInt8(ascii: "\""): return true
                case UInt8(ascii: "\\"):
                    guard let escape = rest.popFirst() else { return false }
                    if escape == UInt8(ascii: "u") {
                        let digits = rest.prefix(4).map(Octets.lowercased)
                        guard digits.count == 4,
                            digits.allSatisfy({ Octets.isDigit($0) || 0x61...0x66 ~= $0 })
                        else { return false }
                        rest = rest.dropFirst(4)
                    } else if !"\"\\/bfnrt".utf8.contains(escape) {
                        return false
                    }
                case ..<0x20: return false
                default: break
                }
            }
            return false
        }

        private mutating func skipDigits() -> Bool {
            let digits = rest.prefix(while: Octets.isDigit)
            rest = rest[digits.endIndex...]
            return !digits.isEmpty
        }

        private mutating func skipNumber() -> Bool {
            _ = skip("-")
            if !skip("0") { guard skipDigits() else { return false } }
            if skip(".") { guard skipDigits() else { return false } }
            if skip("e") || skip("E") {
                if !skip("+") { _ = skip("-") }
                return skipDigits()
            }
            return true
        }
    }
}
