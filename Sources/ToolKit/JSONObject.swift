/// One JSON object (RFC 8259), written member by member in the order given.
public struct JSONObject: Sendable {
    private var text = "{"

    /// Makes an object without members.
    public init() {}

    /// The object as text, on one line.
    public var line: String { text + "}" }

    /// Appends a member that is text, or null.
    ///
    /// - Parameters:
    ///   - name: The member's name.
    ///   - value: Its value.
    public mutating func add(_ name: String, _ value: String?) {
        begin(name)
        if let value { Self.append(value, to: &text) } else { text += "null" }
    }

    /// Appends a member that is a whole number, or null.
    ///
    /// - Parameters:
    ///   - name: The member's name.
    ///   - value: Its value.
    public mutating func add(_ name: String, _ value: Int?) {
        begin(name)
        text += value.map(String.init) ?? "null"
    }

    /// Appends a member that is true or false.
    ///
    /// - Parameters:
    ///   - name: The member's name.
    ///   - value: Its value.
    public mutating func add(_ name: String, _ value: Bool) {
        begin(name)
        text += value ? "true" : "false"
    }

    /// Appends a member that is a time, to the microsecond, or null.
    ///
    /// - Parameters:
    ///   - name: The member's name.
    ///   - seconds: Its value.
    public mutating func add(_ name: String, seconds: Double?) {
        begin(name)
        guard let seconds, seconds.isFinite, abs(seconds) < 1e12 else {
            text += "null"
            return
        }
        let micros = Int64((abs(seconds) * 1e6).rounded())
        let fraction = String(micros % 1_000_000)
        text += seconds < 0 && micros > 0 ? "-" : ""
        text += "\(micros / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count)
        text += fraction
    }

    /// Appends a member that is a list of texts.
    ///
    /// - Parameters:
    ///   - name: The member's name.
    ///   - values: Its elements.
    public mutating func add(_ name: String, _ values: [String]) {
        begin(name)
        text += "["
        for (index, value) in values.enumerated() {
            if index > 0 { text += "," }
            Self.append(value, to: &text)
        }
        text += "]"
    }

    private mutating func begin(_ name: String) {
        if text.utf8.count > 1 { text += "," }
        Self.append(name, to: &text)
        text += ":"
    }

    private static func append(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            // The last two end a line for some readers of lines.
            case "\u{0}"..<" ", "\u{7f}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
