import TwineBytes

/// Letters that stand for octets.
///
/// RFC 4648.
struct DNSLetters {
    /// How many bits a letter stands for.
    let bits: Int
    let alphabet: [UInt8]
    /// To what multiple letters are filled up by `=`.
    let unit: Int

    static let hexadecimal = DNSLetters(bits: 4, alphabet: Array("0123456789ABCDEF".utf8), unit: 1)
    static let smallHexadecimal = DNSLetters(
        bits: 4, alphabet: Array("0123456789abcdef".utf8), unit: 1)
    static let base32 = DNSLetters(
        bits: 5, alphabet: Array("0123456789ABCDEFGHIJKLMNOPQRSTUV".utf8), unit: 1)
    static let base64 = DNSLetters(
        bits: 6,
        alphabet: Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8),
        unit: 4)

    /// The octets that letters stand for; nil with a letter that is none, or bits left over.
    func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var letters = text[...]
        if unit > 1 {
            guard letters.count % unit == 0 else { return nil }
            let isPadding = { (octet: UInt8) in octet == UInt8(ascii: "=") }
            let count = letters.reversed().prefix(while: isPadding).count
            guard count <= 2 else { return nil }
            letters = letters.dropLast(count)
        }
        var octets: [UInt8] = []
        var bits = 0
        var held = 0
        for letter in letters {
            guard let value = value(of: letter) else { return nil }
            held = held << self.bits | value
            bits += self.bits
            guard bits >= 8 else { continue }
            bits -= 8
            octets.append(UInt8(held >> bits))
            held &= 1 << bits - 1
        }
        // What is left over is less than a letter, and zero.
        return bits < self.bits && held == 0 ? octets : nil
    }

    private func value(of letter: UInt8) -> Int? {
        if let index = alphabet.firstIndex(of: letter) { return index }
        // Case counts in base 64 only.
        guard bits < 6, (letter | 0x20) &- 0x61 < 26 else { return nil }
        return alphabet.firstIndex(of: letter ^ 0x20)
    }
}

/// Writes the text of rdata, field by field.
struct DNSTextWriter {
    var text: [UInt8] = []
    let style: DNSTextStyle
    /// Whether the next field needs a space before it.
    private var needsSpace = false
    private var isOpen = false

    init(style: DNSTextStyle) { self.style = style }

    /// Begins a field: a space comes before all but the first.
    mutating func beginField() {
        if needsSpace { text.append(UInt8(ascii: " ")) }
        needsSpace = true
    }

    mutating func write(_ string: String) { text.append(contentsOf: string.utf8) }

    mutating func writeField(_ string: String) {
        beginField()
        write(string)
    }

    /// Writes a number, which is not negative, in decimal digits, with zeros up to `width`.
    mutating func write(_ number: some FixedWidthInteger, width: Int = 1) {
        text.append(decimal: UInt64(truncatingIfNeeded: number), width: width)
    }

    mutating func writeField(_ number: some FixedWidthInteger) {
        beginField()
        write(number)
    }

    /// Writes the name that stands in full where the reader is, and moves behind it; false if
    /// there is none.
    mutating func writeName(_ reader: inout ByteReader) -> Bool {
        beginField()
        if style.isInternational {
            guard let name = try? DNSName.parse(&reader, isCompressible: false) else {
                return false
            }
            name.write(to: &text, style)
            return true
        }
        var length = 0
        while let count = reader.peek(length), count > 0 {
            guard count <= DNSName.maxLabelLength else { return false }
            length += 1 + Int(count)
        }
        guard let name = reader.readSpan(length + 1) else { return false }
        DNSName.writeLabels(name, to: &text)
        if length == 0 { text.append(UInt8(ascii: ".")) }
        return true
    }

    /// Writes octets as letters, in groups if the style has them and `isSplit` says so.
    mutating func write(_ octets: Span<UInt8>, as letters: DNSLetters, isSplit: Bool = false) {
        let group = isSplit ? style.groupLength ?? 0 : 0
        var count = 0
        var bits = 0
        var held = 0
        func put(_ letter: UInt8, _ text: inout [UInt8]) {
            if group > 0, count > 0, count % group == 0 { text += style.lineBreak }
            text.append(letter)
            count += 1
        }
        for index in octets.indices {
            held = held << 8 | Int(octets[index])
            bits += 8
            while bits >= letters.bits {
                bits -= letters.bits
                put(letters.alphabet[held >> bits & (1 << letters.bits - 1)], &text)
            }
            held &= 1 << bits - 1
        }
        if bits > 0 {
            let last = held << (letters.bits - bits) & (1 << letters.bits - 1)
            put(letters.alphabet[last], &text)
        }
        while count % letters.unit != 0 { put(UInt8(ascii: "="), &text) }
    }

    mutating func writeField(
        _ octets: Span<UInt8>, as letters: DNSLetters, isSplit: Bool = false
    ) {
        beginField()
        write(octets, as: letters, isSplit: isSplit)
    }

    /// Writes a character-string in quotes.
    ///
    /// RFC 1035 §5.1.
    mutating func writeQuoted(_ octets: Span<UInt8>) {
        text.append(UInt8(ascii: "\""))
        for index in octets.indices { writeEscaped(octets[index]) }
        text.append(UInt8(ascii: "\""))
    }

    /// Writes an octet of a quoted text.
    mutating func writeEscaped(_ octet: UInt8) {
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            text.append(UInt8(ascii: "\\"))
            text.append(octet)
        case 0x20...0x7e: text.append(octet)
        default:
            text.append(UInt8(ascii: "\\"))
            write(octet, width: 3)
        }
    }

    /// Writes an address of 4 or 16 octets; one in a list is never completed by a zero.
    mutating func write(
        address octets: Span<UInt8>, isInList: Bool = false, canBeExpanded: Bool = false
    ) {
        if octets.count == 4 {
            DNSAddress.write4(octets, to: &self)
        } else if style.expandsAddresses, canBeExpanded {
            DNSAddress.writeExpanded(octets, to: &self)
        } else {
            DNSAddress.write6(octets, to: &self)
            let isCompleted = style.completesAddresses && !isInList
            if isCompleted, text.last == UInt8(ascii: ":") { write("0") }
        }
    }

    /// Opens the parenthesis of several lines, behind a field or before the first.
    mutating func open(isFirst: Bool = false) {
        guard style.isMultiline else { return }
        isOpen = true
        write(isFirst ? "( " : " (")
        needsSpace = false
    }

    /// Begins a new line, where there are several, or else the next word.
    mutating func breakLine() {
        text += style.lineBreak
        needsSpace = false
    }

    /// Closes the parenthesis, if one was opened.
    mutating func close(isTight: Bool = false) {
        if isOpen { write(isTight ? ")" : " )") }
        isOpen = false
    }

    /// Rdata as that of unknown types.
    ///
    /// RFC 3597 §5.
    mutating func writeUnknown(_ rdata: Span<UInt8>) {
        write("\\# ")
        write(rdata.count)
        guard !rdata.isEmpty else { return }
        write(style.isMultiline ? " ( " : " ")
        write(rdata, as: .hexadecimal, isSplit: true)
        if style.isMultiline { write(" )") }
    }
}

extension [UInt8] {
    /// Appends a number in decimal digits, with zeros up to `width`.
    mutating func append(decimal number: UInt64, width: Int = 1) {
        // Three digits at a time; the most that a number of 64 bits has is twenty.
        var rest = number
        if width > 3 || number > 999 {
            append(decimal: number / 1000, width: Swift.max(1, width - 3))
            rest = number % 1000
        }
        let isWhole = rest != number || width > 3
        if isWhole || width > 2 || rest > 99 {
            append(48 + UInt8(truncatingIfNeeded: rest / 100))
        }
        if isWhole || width > 1 || rest > 9 {
            append(48 + UInt8(truncatingIfNeeded: rest / 10 % 10))
        }
        append(48 + UInt8(truncatingIfNeeded: rest % 10))
    }

    /// Appends a number in small hexadecimal digits.
    mutating func append(hexadecimal number: UInt16) {
        if number > 0xfff { append(Self.digit(number >> 12)) }
        if number > 0xff { append(Self.digit(number >> 8)) }
        if number > 0xf { append(Self.digit(number >> 4)) }
        append(Self.digit(number))
    }

    private static func digit(_ number: UInt16) -> UInt8 {
        let digit = UInt8(truncatingIfNeeded: number & 15)
        return digit < 10 ? 48 + digit : 87 + digit
    }
}

extension DNSTextStyle {
    fileprivate static let newLine = Array("\n\t\t\t\t".utf8)
    fileprivate static let space = [UInt8(ascii: " ")]

    /// What stands between the lines of a record, or the groups of a line.
    var lineBreak: [UInt8] { isMultiline ? Self.newLine : Self.space }
}
