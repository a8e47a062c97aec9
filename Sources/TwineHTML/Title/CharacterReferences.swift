/// Character references (`&amp;`, `&#233;`) as browsers read them.
///
/// WHATWG HTML §13.2.5.72 and following.
enum CharacterReferences {
    /// Where references stand.
    enum Context {
        /// A legacy name counts without its semicolon.
        case text
        /// A legacy name counts without its semicolon unless it goes on: `?a=1&copy=2` has none.
        case attribute
    }

    /// The text with its references replaced.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - context: Where it stands.
    /// - Returns: What a browser shows.
    static func decode(_ text: String, _ context: Context = .text) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        let bytes = Array(text.utf8)
        var place = 0
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "&"),
                let (value, length) = reference(bytes[place...], context)
            {
                output += value.utf8
                place += length
            } else {
                output.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The reference at the beginning of `bytes`, and its length in octets.
    static func reference(_ bytes: ArraySlice<UInt8>, _ context: Context) -> (String, Int)? {
        let body = bytes.dropFirst()
        if body.first == UInt8(ascii: "#") { return numeric(body.dropFirst()) }
        let name = body.prefix(longestName).prefix { $0.isASCIILetterOrDigit }
        // The longest name wins: `&notin;` is one, `&notit;` is `&not` and text.
        var length = name.count
        while length > 0 {
            let key = String(decoding: name.prefix(length), as: UTF8.self)
            if let entry = names[key] {
                let next = body.dropFirst(length).first
                if next == UInt8(ascii: ";") { return (entry.value, length + 2) }
                if entry.isLegacy {
                    let goesOn = next.map { $0 == UInt8(ascii: "=") || $0.isASCIILetterOrDigit }
                    if context == .attribute, goesOn ?? false { return nil }
                    return (entry.value, length + 1)
                }
            }
            length -= 1
        }
        return nil
    }

    private static func numeric(_ bytes: ArraySlice<UInt8>) -> (String, Int)? {
        let isHexadecimal = bytes.first.map { $0 | 32 == UInt8(ascii: "x") } ?? false
        let digits = (isHexadecimal ? bytes.dropFirst() : bytes)
            .prefix { byte in
                (byte >= 48 && byte <= 57)
                    || (isHexadecimal && (byte | 32) >= 97 && (byte | 32) <= 102)
            }
        guard !digits.isEmpty else { return nil }
        var value: UInt32 = 0
        for digit in digits where value <= 0x10ffff {
            let number = digit <= 57 ? digit - 48 : (digit | 32) - 87
            value = value * (isHexadecimal ? 16 : 10) + UInt32(number)
        }
        let semicolon = bytes[digits.endIndex...].first == UInt8(ascii: ";") ? 1 : 0
        let length = 2 + (isHexadecimal ? 1 : 0) + digits.count + semicolon
        if (0x80...0x9f).contains(value) {
            // What pages mean by these numbers is windows-1252.
            value = UInt32(TextDecoder.windows1252[Int(value - 0x80)])
        }
        let scalar = value == 0 ? nil : Unicode.Scalar(value)
        return (String(Character(scalar ?? "\u{fffd}")), length)
    }

    private static let longestName = 31

    private static let names: [String: (value: String, isLegacy: Bool)] = {
        var names: [String: (value: String, isLegacy: Bool)] = [:]
        names.reserveCapacity(2200)
        let words = CharacterReferenceNames.table.description.split(separator: " ")
        for index in stride(from: 0, to: words.count - 1, by: 2) {
            let isLegacy = words[index].last == "!"
            let scalars = words[index + 1].split(separator: "+")
                .compactMap { UInt32($0, radix: 16) }.compactMap(Unicode.Scalar.init)
            var value = ""
            value.unicodeScalars.append(contentsOf: scalars)
            names[String(isLegacy ? words[index].dropLast() : words[index])] = (value, isLegacy)
        }
        return names
    }()
}
