/// What shells complete the command line by, put together from the table of commands.
enum Completions {
    static let shells = ["bash", "zsh", "fish"]

    /// The script for a shell; nil if there is none.
    static func script(for shell: String) -> String? {
        switch shell {
        case "bash": bash
        case "zsh": zsh
        case "fish": fish
        default: nil
        }
    }

    /// An option that may be typed.
    struct Word: Sendable {
        let command: Command
        /// With its hyphens, without an equals sign.
        let option: String
        /// What is typed behind; nil if nothing is.
        let values: Command.Values?
        let description: String

        /// Whether the value stands behind an equals sign only.
        var isOptional: Bool { command.argument != .required }
    }

    /// The long options that the help tells of, with those that are their contrary.
    static let words: [Word] = Command.all.flatMap { command -> [Word] in
        guard let option = command.option, command.standsFor == nil else { return [] }
        var words: [Word] = []
        if let help = command.help {
            let takes = command.placeholder != nil
            words.append(
                Word(
                    command: command, option: "--\(option)", values: takes ? command.values : nil,
                    description: line(help)))
        }
        if let help = command.noHelp {
            words.append(
                Word(
                    command: command, option: "--no-\(option)", values: nil, description: line(help)
                ))
        }
        return words
    }

    /// The letters, with their hyphen.
    static let letters: [(text: String, word: Word)] = words.compactMap { word in
        let isNegative = word.option.hasPrefix("--no-")
        if isNegative, let letter = word.command.noLetter { return ("-n\(letter)", word) }
        guard word.option == "--\(word.command.option ?? "")", let letter = word.command.letter
        else { return nil }
        return ("-\(letter)", word)
    }

    private static func line(_ help: String) -> String { help.replacing("\n", with: " ") }

    // MARK: bash

    private static func pattern(_ wanted: Command.Values) -> String {
        let options = words.filter { $0.values == wanted }.map(\.option)
        let short = letters.filter { $0.word.values == wanted && !$0.word.isOptional }.map(\.text)
        return (options + short).joined(separator: "|")
    }

    private static let choices = words.compactMap { word -> String? in
        guard case .words(let values)? = word.values else { return nil }
        return "        \(word.option)) words='\(values.joined(separator: " "))' ;;"
    }.joined(separator: "\n")

    private static let others =
        letters.filter { $0.word.values == .anything }.map(\.text)
        + words.filter { $0.values == .anything }.map(\.option)

    private static let bash = """
        # Completions of swift-wget for bash.

        _swift_wget() {
            local line=${COMP_LINE:0:COMP_POINT}
            local word=${line##*[[:space:]]}
            local rest=${line%"$word"}
            rest=${rest%"${rest##*[![:space:]]}"}
            local option=${rest##*[[:space:]]} value=$word prefix= words=
            COMPREPLY=()
            if [[ $word == --*=* ]]; then
                option=${word%%=*} value=${word#*=} prefix=$option=
            fi
            case $option in
        \(choices)
                \(pattern(.file))) compopt -o filenames 2>/dev/null
                    COMPREPLY=($(compgen -f -- "$value")); option=file ;;
                \(pattern(.directory))) compopt -o filenames 2>/dev/null
                    COMPREPLY=($(compgen -d -- "$value")); option=file ;;
                \(others.joined(separator: "|"))) return ;;
            esac
            if [[ -n $words ]]; then
                COMPREPLY=($(compgen -W "$words" -- "$value"))
            elif [[ $option != file && $word == -* ]]; then
                COMPREPLY=($(compgen -W '\(joined(words.map(Self.typed)))' -- "$word"))
                if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
                    compopt -o nospace 2>/dev/null
                fi
            fi
            # Where the shell takes the equals sign into the word, it stands before the value.
            if [[ -n $prefix && $COMP_WORDBREAKS != *=* ]]; then
                COMPREPLY=("${COMPREPLY[@]/#/$prefix}")
            fi
        }

        complete -o default -F _swift_wget swift-wget

        """

    private static func typed(_ word: Word) -> String {
        word.values == nil ? word.option : word.option + "="
    }

    private static func joined(_ words: [String]) -> String { words.joined(separator: " ") }

    // MARK: zsh

    private static let zsh = """
        #compdef swift-wget
        # Completions of swift-wget for zsh.

        _swift-wget() {
            _arguments -s -S \\
        \(zshLines.joined(separator: " \\\n")) \\
                '*:URL:_urls'
        }

        if [[ $funcstack[1] == _swift-wget ]]; then
            _swift-wget "$@"
        else
            compdef _swift-wget swift-wget
        fi

        """

    private static let zshLines = words.map { word in
        let text = escaped(word.description).replacing("[", with: "\\[").replacing("]", with: "\\]")
        let action: String =
            switch word.values {
            case nil: ""
            case .anything?: ":value:"
            case .file?: ":file:_files"
            case .directory?: ":directory:_files -/"
            case .words(let values)?: ":value:(\(joined(values).replacing(":", with: "\\:")))"
            }
        let sign = word.values == nil ? "" : word.isOptional ? "=-" : "="
        return "        '*\(word.option)\(sign)[\(text)]\(action)'"
    }

    /// Quoted for a shell: a quotation is ended, and goes on behind the sign.
    private static func escaped(_ text: String) -> String { text.replacing("'", with: "'\\''") }

    // MARK: fish

    private static let fish = """
        # Completions of swift-wget for fish.

        \(words.map(fishLine).joined(separator: "\n"))

        """

    private static func fishLine(_ word: Word) -> String {
        let values: String =
            switch word.values {
            case nil: ""
            case .anything?: " -x"
            case .file?: " -r -F"
            case .directory?: " -x -a '(__fish_complete_directories)'"
            case .words(let values)?: " -x -a '\(joined(values))'"
            }
        let letter = letters.first { $0.word.option == word.option && $0.text.count == 2 }
        let short = letter.map { " -s \($0.text.dropFirst())" } ?? ""
        let text = word.description.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
        return "complete -c swift-wget\(short) -l \(word.option.dropFirst(2))\(values) -d '\(text)'"
    }
}
