/// An entry of `-A`, `-R`, `-I` or `-X`: a pattern if it has wildcards.
///
/// POSIX.1-2017 XCU §2.13, as fnmatch(3) reads it: `*`, `?`, `[a-z]`, `[!a-z]`, `[[:digit:]]` and
/// backslashes.
struct NamePattern: Sendable {
    let text: String
    /// Whether it is a pattern; `]` alone makes one too.
    let hasWildcards: Bool
    private let scalars: [Unicode.Scalar]
    private let ignoresCase: Bool

    init(_ text: String, ignoresCase: Bool) {
        self.text = ignoresCase ? text.lowercased() : text
        self.ignoresCase = ignoresCase
        hasWildcards = text.contains { "*?[]".contains($0) }
        scalars = Array(self.text.unicodeScalars)
    }

    private func folded(_ name: String) -> String { ignoresCase ? name.lowercased() : name }

    /// Whether a name ends as the text, or is matched by the pattern.
    func matchesEnd(of name: String) -> Bool {
        hasWildcards ? matches(name, isPath: false) : folded(name).utf8.hasSuffix(text.utf8)
    }

    /// Whether a folder is the text or below it, or is matched by the pattern.
    func matchesFolder(_ folder: String) -> Bool {
        if hasWildcards { return matches(folder, isPath: true) }
        return Self.isFolder(folded(folder), in: text)
    }

    /// Whether a folder is another or below it; all are below the empty one.
    static func isFolder(_ folder: String, in top: String) -> Bool {
        guard !top.isEmpty, folder.utf8.starts(with: top.utf8) else { return top.isEmpty }
        let next = folder.utf8.dropFirst(top.utf8.count).first
        return next == nil || next == UInt8(ascii: "/")
    }

    /// Whether the pattern matches the whole of a name.
    ///
    /// - Complexity: O(*n* *m*): only the last `*` is ever moved, as those before it need not be.
    private func matches(_ name: String, isPath: Bool) -> Bool {
        let name = Array(folded(name).unicodeScalars)
        var place = 0
        var next = 0
        var star: (pattern: Int, name: Int)?
        while place < name.count {
            if next < scalars.count, scalars[next] == "*" {
                next += 1
                star = (next, place)
            } else if let after = matchOne(name[place], at: next, isPath: isPath) {
                next = after
                place += 1
            } else if let last = star, !(isPath && name[last.name] == "/") {
                place = last.name + 1
                next = last.pattern
                star?.name = place
            } else {
                return false
            }
        }
        return scalars[next...].allSatisfy { $0 == "*" }
    }

    /// What comes in the pattern behind the one thing that matches a scalar; nil if it does not.
    private func matchOne(_ scalar: Unicode.Scalar, at start: Int, isPath: Bool) -> Int? {
        guard start < scalars.count else { return nil }
        switch scalars[start] {
        case "?": return isPath && scalar == "/" ? nil : start + 1
        case "\\" where start + 1 < scalars.count:
            return scalars[start + 1] == scalar ? start + 2 : nil
        case "[":
            if let (isMember, end) = bracket(scalar, at: start) {
                return isMember && !(isPath && scalar == "/") ? end : nil
            }
            return scalar == "[" ? start + 1 : nil
        default: return scalars[start] == scalar ? start + 1 : nil
        }
    }

    /// Whether a scalar is in the brackets, and where they end; nil when they do not end.
    private func bracket(_ scalar: Unicode.Scalar, at start: Int) -> (Bool, Int)? {
        var place = start + 1
        let isNegated = place < scalars.count && (scalars[place] == "!" || scalars[place] == "^")
        if isNegated { place += 1 }
        var isMember = false
        let first = place
        while place < scalars.count {
            var low = scalars[place]
            if low == "]", place > first { return (isMember != isNegated, place + 1) }
            if low == "[", place + 1 < scalars.count, scalars[place + 1] == ":",
                let end = endOfClass(from: place + 2)
            {
                let name = String(String.UnicodeScalarView(scalars[place + 2..<end]))
                isMember = isMember || Self.isMember(scalar, of: name)
                place = end + 2
                continue
            }
            if low == "\\", place + 1 < scalars.count {
                place += 1
                low = scalars[place]
            }
            place += 1
            guard place + 1 < scalars.count, scalars[place] == "-", scalars[place + 1] != "]" else {
                isMember = isMember || low == scalar
                continue
            }
            place += 1
            if scalars[place] == "\\", place + 1 < scalars.count { place += 1 }
            isMember = isMember || (low <= scalar && scalar <= scalars[place])
            place += 1
        }
        return nil
    }

    private func endOfClass(from start: Int) -> Int? {
        var place = start
        while place + 1 < scalars.count {
            if scalars[place] == ":", scalars[place + 1] == "]" { return place }
            place += 1
        }
        return nil
    }

    private static func isMember(_ scalar: Unicode.Scalar, of name: String) -> Bool {
        let properties = scalar.properties
        let isDigit = ("0"..."9").contains(scalar)
        let isControl = properties.generalCategory == .control
        return switch name {
        case "alpha": properties.isAlphabetic
        case "digit": isDigit
        case "alnum": properties.isAlphabetic || isDigit
        case "upper": properties.isUppercase
        case "lower": properties.isLowercase
        case "space": properties.isWhitespace
        case "blank": scalar == " " || scalar == "\t"
        case "xdigit": scalar.isASCII && properties.isASCIIHexDigit
        case "cntrl": isControl
        case "print": !isControl
        case "graph": !isControl && !properties.isWhitespace
        case "punct": !isControl && !properties.isWhitespace && !properties.isAlphabetic && !isDigit
        default: false
        }
    }
}

extension String.UTF8View {
    func hasSuffix(_ other: String.UTF8View) -> Bool {
        count >= other.count && dropFirst(count - other.count).elementsEqual(other)
    }
}
