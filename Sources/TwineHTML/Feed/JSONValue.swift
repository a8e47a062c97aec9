/// A JSON text (RFC 8259) as a tree: for JSON Feed and JSON-LD, whose texts come from strangers.
///
/// It is total: any octets give a value or nil; nesting is limited to ``depthLimit``.
enum JSONValue: Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Deeper texts are refused.
    static let depthLimit = 64

    init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        reader.skipSpace()
        guard let value = reader.value(depth: 0) else { return nil }
        reader.skipSpace()
        guard reader.place == bytes.count else { return nil }
        self = value
    }

    subscript(_ name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }
    var string: String? { if case .string(let text) = self { text } else { nil } }
    /// The elements; a value that is no array is an array of itself.
    var elements: [JSONValue] {
        switch self {
        case .array(let elements): elements
        case .null: []
        default: [self]
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var place = 0

        var next: UInt8? { place < bytes.count ? bytes[place] : nil }

        mutating func skipSpace() {
            while let byte = next, byte == 32 || byte == 9 || byte == 10 || byte == 13 {
                place += 1
            }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            guard next == byte else { return false }
            place += 1
            return true
        }

        mutating func value(depth: Int) -> JSONValue? {
            guard depth < JSONValue.depthLimit, let byte = next else { return nil }
            switch byte {
            case UInt8(ascii: "{"): return object(depth: depth)
            case UInt8(ascii: "["): return array(depth: depth)
            case UInt8(ascii: "\""): return string().map { .string($0) }
            case UInt8(ascii: "t"): return word("true", .bool(true))
            case UInt8(ascii: "f"): return word("false", .bool(false))
            case UInt8(ascii: "n"): return word("null", .null)
            default: return number()
            }
        }

        mutating func word(_ word: String, _ value: JSONValue) -> JSONValue? {
            guard bytes[place...].starts(with: word.utf8) else { return nil }
            place += word.utf8.count
            return value
        }

        mutating func number() -> JSONValue? {
            let digits = bytes[place...].prefix {
                ($0 >= 48 && $0 <= 57) || [43, 45, 46, 69, 101].contains($0)
            }
            guard !digits.isEmpty, digits.count < 64,
                let number = Double(String(decoding: digits, as: UTF8.self))
            else { return nil }
            place = digits.endIndex
            return .number(number)
        }

        mutating func array(depth: Int) -> JSONValue? {
            place += 1
            var elements: [JSONValue] = []
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            while true {
                skipSpace()
                guard let element = value(depth: depth + 1) else { return nil }
                elements.append(element)
                skipSpace()
                if take(UInt8(ascii: "]")) { return .array(elements) }
                guard take(UInt8(ascii: ",")) else { return nil }
            }
        }

        mutating func object(depth: Int) -> JSONValue? {
            place += 1
            var members: [String: JSONValue] = [:]
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            while true {
                skipSpace()
                guard let name = string() else { return nil }
                skipSpace()
                guard take(UInt8(ascii: ":")) else { return nil }
                skipSpace()
                guard let member = value(depth: depth + 1) else { return nil }
                members[name] = member
                skipSpace()
                if take(UInt8(ascii: "}")) { return .object(members) }
                guard take(UInt8(ascii: ",")) else { return nil }
            }
        }

        mutating func string() -> String? {
            guard take(UInt8(ascii: "\"")) else { return nil }
            var units: [UInt8] = []
            while let byte = next {
                place += 1
                switch byte {
                case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    guard let escape = next else { return nil }
                    place += 1
                    guard let scalar = scalar(escape) else { return nil }
                    units.append(contentsOf: String(Character(scalar)).utf8)
                default: units.append(byte)
                }
            }
            return nil
        }

        private mutating func scalar(_ escape: UInt8) -> Unicode.Scalar? {
            switch escape {
            case UInt8(ascii: "b"): return "\u{8}"
            case UInt8(ascii: "f"): return "\u{c}"
            case UInt8(ascii: "n"): return "\n"
            case UInt8(ascii: "r"): return "\r"
            case UInt8(ascii: "t"): return "\t"
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
                return Unicode.Scalar(escape)
            case UInt8(ascii: "u"):
                guard let high = unit() else { return nil }
                guard (0xd800..<0xdc00).contains(high) else {
                    return Unicode.Scalar(high) ?? "\u{fffd}"
                }
                let before = place
                guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let low = unit(),
                    (0xdc00..<0xe000).contains(low)
                else {
                    place = before
                    return "\u{fffd}"
                }
                return Unicode.Scalar(0x10000 + (high - 0xd800) << 10 + (low - 0xdc00))
            default: return nil
            }
        }

        private mutating func unit() -> UInt32? {
            guard place + 4 <= bytes.count else { return nil }
            var value: UInt32 = 0
            for byte in bytes[place..<place + 4] {
                guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
                value = value << 4 | UInt32(digit)
            }
            place += 4
            return value
        }
    }
}
