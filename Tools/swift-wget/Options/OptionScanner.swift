/// Splits a command line into options and what is none, as getopt_long(3) of GNU does.
///
/// Options and operands may be mixed; `--` ends the options. Letters may stand together, and a value may
/// follow its letter at once. A long option may be shortened, and its value follows `=` or is the next
/// word.
struct OptionScanner {
    enum Token: Sendable {
        /// An option and the name to tell of it; the value is what was written, or on or off.
        case option(Command, Octets, name: String)
        /// What is wrong, without the program's name.
        case wrong(String)
    }

    private(set) var tokens: [Token] = []
    /// What is no option: the URLs.
    private(set) var operands: [Octets] = []
    private var rest: ArraySlice<Octets>

    /// Reads all words.
    ///
    /// - Parameters:
    ///   - arguments: The words behind the program's name.
    ///   - stopsEarly: Whether the first operand ends the options, as POSIX has it.
    init(_ arguments: [Octets], stopsEarly: Bool = false) {
        rest = arguments[...]
        while let word = rest.popFirst() {
            let hyphen = UInt8(ascii: "-")
            if word == "--" || (stopsEarly && (word.bytes.count < 2 || word.bytes[0] != hyphen)) {
                if word != "--" { operands.append(word) }
                operands += rest
                return
            }
            if word.bytes.starts(with: "--".utf8) {
                scanLong(Octets(Array(word.bytes.dropFirst(2))))
            } else if word.bytes.count > 1, word.bytes[0] == hyphen {
                scanLetters(word.bytes.dropFirst())
            } else {
                operands.append(word)
            }
        }
    }

    private mutating func scanLong(_ text: Octets) {
        let equals = text.bytes.firstIndex(of: UInt8(ascii: "="))
        let name = Octets(Array(text.bytes[..<(equals ?? text.bytes.endIndex)]))
        let written = equals.map { Octets(Array(text.bytes[($0 + 1)...])) }
        let forms = Command.forms(of: name)
        guard let form = forms.first else {
            tokens.append(.wrong("unrecognized option '--\(text)'"))
            return
        }
        guard forms.count == 1 else {
            let names = forms.map { "'--\($0.name)'" }.joined(separator: " ")
            tokens.append(.wrong("option '--\(text)' is ambiguous; possibilities: \(names)"))
            return
        }
        let shown = "--\(form.command.option ?? "")"
        let takesNone = form.isNegated || form.command.argument == .none
        switch (written, form.command.argument) {
        case (.some, _) where takesNone:
            tokens.append(.wrong("option '--\(form.name)' doesn't allow an argument"))
        case (let value?, _):
            tokens.append(.option(form.command, value, name: shown))
        case (nil, .required):
            guard let next = rest.popFirst() else {
                tokens.append(.wrong("option '--\(form.name)' requires an argument"))
                return
            }
            tokens.append(.option(form.command, next, name: shown))
        case (nil, _):
            tokens.append(.option(form.command, form.isNegated ? "0" : "1", name: shown))
        }
    }

    private mutating func scanLetters(_ letters: ArraySlice<UInt8>) {
        var letters = letters
        while let octet = letters.popFirst() {
            let letter = Character(Unicode.Scalar(octet))
            guard octet != UInt8(ascii: ":"), let command = Command.letter(letter) else {
                tokens.append(.wrong("invalid option -- '\(Octets([octet]))'"))
                continue
            }
            let shown = "--\(command.option ?? "")"
            guard command.argument == .required else {
                tokens.append(.option(command, "1", name: shown))
                continue
            }
            let value = letters.isEmpty ? rest.popFirst() : Octets(Array(letters))
            guard let value else {
                tokens.append(.wrong("option requires an argument -- '\(letter)'"))
                return
            }
            tokens.append(.option(command, value, name: shown))
            return
        }
    }
}
