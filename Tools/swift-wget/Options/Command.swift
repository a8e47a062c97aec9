/// One command: what a line of a `.wgetrc` says, an option of the command line, or both.
///
/// The table of all commands (``Command/all``) is the one place where they are described: the command
/// line, files of settings, help, completions and the tests of the manual page read it.
struct Command: Sendable {
    typealias Setter = @Sendable (inout Draft, Octets) throws(Stop) -> Void

    /// What follows an option.
    enum Argument: Sendable {
        case none
        /// On or off. `--name` and `--no-name`, or `--name=off`; the letter stands alone.
        case flag
        /// It may be left out, and then is behind an equals sign.
        case optional
        case required
    }

    /// What is sensible as a value, for completions.
    enum Values: Sendable, Equatable {
        case anything
        case file
        case directory
        case words([String])
    }

    /// What comes of it.
    enum Support: Sendable, Equatable {
        case full
        /// It is taken, so that command lines and files of settings work, and changes nothing.
        case withoutEffect(String)
    }

    /// Who else has it.
    enum Origin: Sendable, Comparable {
        /// Every wget.
        case wget
        /// Those that were built with c-ares or libmetalink.
        case someWget
        case beyond
    }

    /// The long option, without hyphens; nil if only files of settings have it.
    var option: String?
    var letter: Character?
    /// The letter after `-n`, as in `-nc`, that sets it to the contrary.
    var noLetter: Character?
    /// The name in files of settings, perhaps with hyphens; nil if only the command line has it.
    var writtenSetting: String?
    /// The command that this is another name of.
    var standsFor: String?

    var argument: Argument
    var values = Values.anything
    /// Whether a `~/` at the start of the value is the home folder, in files of settings.
    var expandsTilde = false
    var support = Support.full
    var origin = Origin.wget

    /// What stands for the value in the help.
    var placeholder: String?
    /// What the help says of it; lines are folded as they stand.
    var help: String?
    /// What the help says of the form with `no`.
    var noHelp: String?

    var set: Setter

    /// The name in files of settings, without hyphens; nil if only the command line has it.
    var setting: String? { writtenSetting.map { $0.filter { $0 != "-" } } }

    /// Whether `--no-option` is another form.
    var hasNo: Bool { argument == .flag }

    /// The name that errors tell in a file of settings is as written; this is the one of the table.
    static func setting(named name: Octets) -> Command? {
        let plain = name.bytes.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
        let folded = Octets(plain.map(Octets.lowercased))
        return all.first { command in
            guard let name = command.writtenSetting?.utf8 else { return false }
            return folded.bytes.elementsEqual(name.lazy.filter { $0 != UInt8(ascii: "-") })
        }
    }

    /// The command of an option, by its whole name.
    static func option(named name: String) -> Command? { all.first { $0.option == name } }

    // MARK: Changes to a row

    /// The same, with something changed.
    func with(_ change: (inout Command) -> Void) -> Command {
        var command = self
        change(&command)
        return command
    }

    /// The same, taken without effect.
    func withoutEffect(_ reason: String) -> Command {
        with { $0.support = .withoutEffect(reason) }
    }

    /// The same, of programs beyond every wget.
    func from(_ origin: Origin) -> Command { with { $0.origin = origin } }

    /// The same, with another name in files of settings, or none.
    func setting(_ name: String?) -> Command { with { $0.writtenSetting = name } }

    /// The same, with the help of its form with `no`, and the letter behind `-n`.
    func no(_ help: String, letter: Character? = nil) -> Command {
        with {
            $0.noHelp = help
            $0.noLetter = letter
        }
    }

    /// The same, which only files of settings have.
    var onlySetting: Command { with { $0.option = nil } }
}
