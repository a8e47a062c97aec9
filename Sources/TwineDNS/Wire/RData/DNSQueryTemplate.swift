/// The URI template by which queries are sent over HTTPS: a path with a place for the query.
///
/// RFC 9461 §5, RFC 6570.
enum DNSQueryTemplate {
    /// Whether it is a path, well formed, in which the variable `dns` occurs.
    static func isValid(_ template: some Collection<UInt8>) -> Bool {
        let text = String(decoding: template, as: UTF8.self)
        guard text.hasPrefix("/"), text.utf8.elementsEqual(template) else { return false }
        var hasQuery = false
        var rest = text[...]
        while let next = rest.firstIndex(where: { $0 == "{" || $0 == "}" || $0 == "%" }) {
            if rest[next] == "%" {
                guard isPercentEncoded(rest[next...]) else { return false }
                rest = rest[rest.index(next, offsetBy: 3)...]
                continue
            }
            guard rest[next] == "{", let end = rest[next...].firstIndex(of: "}") else {
                return false
            }
            var expression = rest[rest.index(after: next)..<end]
            if let first = expression.first, "+#./;?&".contains(first) {
                expression = expression.dropFirst()
            }
            for variable in expression.split(separator: ",", omittingEmptySubsequences: false) {
                guard let name = name(of: variable) else { return false }
                if name == "dns" { hasQuery = true }
            }
            rest = rest[rest.index(after: end)...]
        }
        return hasQuery
    }

    private static func isPercentEncoded(_ text: Substring) -> Bool {
        let digits = text.dropFirst().prefix(2).utf8
        return digits.count == 2
            && digits.allSatisfy { $0 &- 48 < 10 || ($0 | 0x20) &- 0x61 < 6 }
    }

    /// The name of a variable without its modifier; nil if it is not well formed.
    private static func name(of variable: Substring) -> Substring? {
        var name = variable
        if name.hasSuffix("*") {
            name = name.dropLast()
        } else if let colon = name.firstIndex(of: ":") {
            // A prefix of 1 to 9,999 characters.
            let digits = name[name.index(after: colon)...]
            guard let length = DNSNumber.parse(digits, most: 9999), length > 0,
                digits.first != "0"
            else { return nil }
            name = name[..<colon]
        }
        guard !name.isEmpty, name.first != ".", name.last != "." else { return nil }
        var rest = name
        while let first = rest.first {
            if first == "%" {
                guard isPercentEncoded(rest) else { return nil }
                rest = rest.dropFirst(3)
            } else {
                guard first.isASCII, first.isLetter || first.isNumber || "._".contains(first) else {
                    return nil
                }
                rest = rest.dropFirst()
            }
        }
        return name
    }
}
