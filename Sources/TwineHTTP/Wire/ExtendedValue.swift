/// A parameter's value with its character set, as `filename*` has it: `UTF-8'en'%e2%82%ac`.
///
/// RFC 8187 §3.2.
enum ExtendedValue {
    /// The character sets that are read.
    private enum Charset {
        case utf8
        case latin1

        init?(_ name: some Sequence<UInt8>) {
            switch Array(name).lowercasedASCII {
            case Array("utf-8".utf8), Array("utf8".utf8): self = .utf8
            case Array("iso-8859-1".utf8): self = .latin1
            default: return nil
            }
        }
    }

    /// The text that a value means.
    ///
    /// Octets that should have been encoded are taken as they are.
    ///
    /// - Returns: nil when the character set is another one, the octets are not of it, a `%` is not
    ///   followed by two hexadecimal digits, or there is no text.
    static func decode(_ value: some Collection<UInt8>) -> String? {
        let quote = UInt8(ascii: "'")
        guard let first = value.firstIndex(of: quote), let charset = Charset(value[..<first])
        else { return nil }
        let language = value[value.index(after: first)...]
        guard let second = language.firstIndex(of: quote) else { return nil }
        let text = Array(language[language.index(after: second)...])
        guard !text.isEmpty, hasWholeEscapes(text) else { return nil }
        let octets = PercentEncoding.decode(text.span)
        switch charset {
        case .utf8: return String(validating: octets, as: UTF8.self)
        case .latin1:
            var result = ""
            for octet in octets { result.unicodeScalars.append(Unicode.Scalar(octet)) }
            return result
        }
    }

    /// The value that means a text, in UTF-8.
    static func encode(_ text: String) -> String {
        var value = Array("UTF-8''".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        for octet in text.utf8 {
            if HTTPOctet.isToken(octet), !"*'%".utf8.contains(octet) {
                value.append(octet)
            } else {
                value += [UInt8(ascii: "%"), digits[Int(octet >> 4)], digits[Int(octet & 15)]]
            }
        }
        return String(decoding: value, as: UTF8.self)
    }

    private static func hasWholeEscapes(_ text: [UInt8]) -> Bool {
        for index in text.indices where text[index] == UInt8(ascii: "%") {
            guard index + 2 < text.count, HTTPOctet.hexDigit(text[index + 1]) != nil,
                HTTPOctet.hexDigit(text[index + 2]) != nil
            else { return false }
        }
        return true
    }
}
