/// How much room text takes on a terminal.
struct TerminalText {
    /// Whether the terminal shows UTF-8; else each octet is one column.
    let isUnicode: Bool

    /// The text with `%xx` for what a terminal would not show, or would do: controls, marks that
    /// stand on other characters, octets that are no text.
    func visible(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var rest = text[...]
        while !rest.isEmpty {
            let (columns, count) = first(rest) ?? (0, 1)
            if columns > 0 {
                output += rest.prefix(count)
            } else {
                for octet in rest.prefix(count) {
                    let digits = String(octet, radix: 16)
                    output += "%\(digits.utf8.count < 2 ? "0" : "")\(digits)".utf8
                }
            }
            rest = rest.dropFirst(count)
        }
        return output
    }

    /// The columns that text takes; octets that are no text take one each.
    func columns(of text: some Collection<UInt8>) -> Int {
        var rest = Array(text)[...]
        var columns = 0
        while !rest.isEmpty {
            let (width, count) = first(rest) ?? (1, 1)
            columns += width
            rest = rest.dropFirst(count)
        }
        return columns
    }

    /// As much of the text as fits into so many columns.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - columns: The room.
    /// - Returns: How many octets, and how many columns they take: one less where the last
    ///   character of two has no room.
    func prefix(of text: ArraySlice<UInt8>, columns: Int) -> (octets: Int, columns: Int) {
        var rest = text
        var used = 0
        while !rest.isEmpty, used < columns {
            let (width, count) = first(rest) ?? (1, 1)
            guard used + width <= columns else { break }
            used += width
            rest = rest.dropFirst(count)
        }
        return (text.count - rest.count, used)
    }

    /// The columns and octets of the first character; nil if it is none.
    private func first(_ text: ArraySlice<UInt8>) -> (columns: Int, octets: Int)? {
        guard let octet = text.first else { return nil }
        // By far the most, and quicker so.
        if octet < 0x80 { return (octet < 0x20 || octet == 0x7F ? 0 : 1, 1) }
        guard isUnicode, let scalar = Octets.scalar(of: text) else { return nil }
        return (Self.columns(of: scalar), Character(scalar).utf8.count)
    }

    /// The columns that one character takes, as wcwidth(3) says; 0 for what is not printable.
    static func columns(of scalar: Unicode.Scalar) -> Int {
        guard Octets.isPrintable(scalar) else { return 0 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        case .format: return visibleFormat.contains { $0.contains(scalar.value) } ? 1 : 0
        default: break
        }
        // Vowels and ends of syllables are drawn into the place of their beginning.
        if (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FB).contains(scalar.value) {
            return 0
        }
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// Formatting that is seen: the soft hyphen, and marks that stand before numbers.
    private static let visibleFormat: [ClosedRange<UInt32>] = [
        0xAD...0xAD, 0x600...0x605, 0x6DD...0x6DD, 0x70F...0x70F, 0x890...0x891, 0x8E2...0x8E2,
        0x110BD...0x110BD, 0x110CD...0x110CD,
    ]

    /// What takes two columns: the blocks of East Asian scripts, and pictures.
    ///
    /// Unicode's EastAsianWidth.txt, W and F, in its larger pieces.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0,
        0x23F3...0x23F3, 0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F,
        0x2693...0x2693, 0x26A1...0x26A1, 0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5,
        0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA, 0x26F2...0x26F3, 0x26F5...0x26F5,
        0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B, 0x2728...0x2728,
        0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
        0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55,
        0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x18D08, 0x1AFF0...0x1B2FB, 0x1F004...0x1F004, 0x1F0CF...0x1F0CF,
        0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F320, 0x1F32D...0x1F335,
        0x1F337...0x1F37C, 0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3,
        0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4, 0x1F3F8...0x1F43E, 0x1F440...0x1F440,
        0x1F442...0x1F4FC, 0x1F4FF...0x1F53D, 0x1F54B...0x1F54E, 0x1F550...0x1F567,
        0x1F57A...0x1F57A, 0x1F595...0x1F596, 0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F,
        0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6D7,
        0x1F6DC...0x1F6DF, 0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7F0,
        0x1F90C...0x1F93A, 0x1F93C...0x1F945, 0x1F947...0x1F9FF, 0x1FA70...0x1FAFF,
        0x20000...0x3FFFD,
    ]
}
