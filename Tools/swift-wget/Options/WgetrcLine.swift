/// One line of a file of settings: `name = value`, a comment, or nothing.
enum WgetrcLine: Equatable {
    /// Nothing, or a comment.
    case empty
    /// A name as it was written, and a value, which may be empty.
    case setting(name: Octets, value: Octets)
    /// Something else.
    case wrong

    /// Reads a line; what follows a NUL is not seen, as C does not.
    init(_ line: ArraySlice<UInt8>) {
        var rest = line.prefix { $0 != 0 }
        rest = rest.drop(while: Octets.isSpace)
        while let last = rest.last, Octets.isSpace(last) { rest.removeLast() }
        guard let first = rest.first, first != UInt8(ascii: "#") else {
            self = .empty
            return
        }
        let name = rest.prefix { octet in
            Octets.isDigit(octet) || 0x61...0x7a ~= Octets.lowercased(octet)
                || octet == UInt8(ascii: "_") || octet == UInt8(ascii: "-")
        }
        rest = rest[name.endIndex...].drop(while: Octets.isSpace)
        guard rest.popFirst() == UInt8(ascii: "=") else {
            self = .wrong
            return
        }
        let value = rest.drop(while: Octets.isSpace)
        self = .setting(name: Octets(Array(name)), value: Octets(Array(value)))
    }
}

extension Draft {
    /// Carries out a file of settings, and notes what is wrong in it.
    ///
    /// - Parameters:
    ///   - text: What is in the file.
    ///   - path: The file's name, for messages.
    ///   - home: The home folder, for values that begin with `~/`.
    /// - Returns: Whether nothing was wrong.
    mutating func read(_ text: [UInt8], of path: Octets, home: Octets?) -> Bool {
        var isFine = true
        var number = 0
        let newline = UInt8(ascii: "\n")
        for line in text.split(separator: newline, omittingEmptySubsequences: false) {
            number += 1
            let place = "in \(path) at line \(number)."
            switch WgetrcLine(line) {
            case .empty: continue
            case .wrong: note("\(program): Syntax error \(place)")
            case .setting(let name, let value):
                guard let command = Command.setting(named: name) else {
                    note("\(program): Unknown command \(quote(name)) \(place)")
                    break
                }
                if set(command, expanded(value, command, home), as: name.description) { continue }
                note("\(program): Error \(place)")
            }
            isFine = false
        }
        return isFine
    }

    /// Carries a command out, and notes what is wrong with it.
    private mutating func set(_ command: Command, _ value: Octets, as name: String) -> Bool {
        do throws(Stop) {
            try apply(command, value, as: name)
            return true
        } catch {
            if let line = error.line(program, name) {
                note(line)
            } else if case .refused(let line, _) = error {
                note(line)
            }
            return false
        }
    }

    private func expanded(_ value: Octets, _ command: Command, _ home: Octets?) -> Octets {
        guard command.expandsTilde, let home, value.bytes.starts(with: "~/".utf8) else {
            return value
        }
        let slash = UInt8(ascii: "/")
        let end = home.bytes.lastIndex { $0 != slash }.map { $0 + 1 } ?? 0
        return Octets(home.bytes[..<end] + [slash] + value.bytes.dropFirst(2).drop { $0 == slash })
    }
}
