/// What `--help` prints, put together from the table of commands.
enum HelpText {
    /// Where descriptions begin.
    private static let column = 35

    /// The whole text.
    ///
    /// - Parameter program: What the program was called by.
    /// - Returns: Lines of at most some 80 letters.
    static func text(_ program: String) -> String {
        var text = """
            swift-wget, a retriever of files from the web, as GNU Wget is one.
            Usage: \(program) [OPTION]... [URL]...

            Mandatory arguments to long options are mandatory for short options too.

            """
        for group in Command.groups {
            text += "\n\(group.title):\n"
            let lines = group.commands.flatMap(Self.lines)
            text += lines.joined(separator: "\n") + "\n"
            if group.commands.allSatisfy({ $0.support != .full || $0.standsFor != nil }) {
                text += "       (They are taken, and change nothing: FTP is not supported yet.)\n"
            }
        }
        return text + "\nswift-wget(1) tells more, of files of settings and of exit statuses too.\n"
    }

    /// The lines of one command: for its form, and for the one with `no`.
    static func lines(_ command: Command) -> [String] {
        guard let option = command.option else { return [] }
        var lines: [String] = []
        let letter = command.letter.map { "-\($0)" }
        let noLetter = command.noLetter.map { "-n\($0)" }
        if let help = command.help {
            let value = command.placeholder.map { "=\($0)" } ?? ""
            lines += told("--\(option)\(value)", letter ?? noLetter, help)
        }
        if let help = command.noHelp { lines += told("--no-\(option)", noLetter, help) }
        return lines
    }

    private static func told(_ option: String, _ short: String?, _ help: String) -> [String] {
        let start = short.map { "  \($0),".padded(to: 7) } ?? "       "
        let label = start + option
        let parts = help.split(separator: "\n").map(String.init)
        let first = label.padded(to: label.count < column ? column : label.count + 2)
        return parts.enumerated().map { index, part in
            (index == 0 ? first : String(repeating: " ", count: column + 2)) + part
        }
    }
}

extension String {
    /// With spaces behind, so that it has at least so many letters.
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
