import TwineDNS

/// What shells complete the command line by.
enum Completions {
    /// The script for a shell: `bash`, `zsh` or `fish`; nil for others.
    static func script(for shell: String) -> String? {
        switch shell {
        case "bash": bash
        case "zsh": zsh
        case "fish": fish
        default: nil
        }
    }

    // MARK: Words

    /// The mnemonics of types that may be asked for, in the letters that people type.
    static let types =
        DNSType.named
        .filter { ![.opt, .tsig, .ixfr].contains($0) }.map { "\($0)".lowercased() } + ["ixfr="]

    /// The mnemonics of classes.
    static let classes = [DNSClass.internet, .chaos, .hesiod, .any].map { "\($0)".lowercased() }

    /// A word that may be typed, and what it does.
    struct Word {
        let text: String
        let description: String
    }

    /// All options with a plus, an equals sign at the end where a value has to follow.
    static let plusOptions: [Word] = {
        let told = UsageOption.all
        return PlusOption.names.flatMap { name -> [Word] in
            // What is told nowhere is an old name of another one.
            guard let option = told[name] else { return [] }
            let text = option.description
            var words = [Word(text: "+\(name)\(option.needsValue ? "=" : "")", description: text)]
            if option.hasNo {
                words.append(
                    Word(text: "+no\(name)", description: "not: \(text)"))
            }
            return words
        }
    }()

    /// The options whose values are files.
    static let fileOptions = UsageOption.all.filter { $0.value.value == "file" }.map {
        "+\($0.key)"
    }
    .sorted()

    private struct DashOption {
        let letter: String
        let value: String?
        let description: String
    }

    /// The options with a hyphen.
    private static let dashOptions: [DashOption] = [
        DashOption(letter: "4", value: nil, description: "use IPv4 only"),
        DashOption(letter: "6", value: nil, description: "use IPv6 only"),
        DashOption(letter: "b", value: "address", description: "bind to this address"),
        DashOption(letter: "c", value: "class", description: "the class"),
        DashOption(letter: "d", value: nil, description: "tell each step on standard error"),
        DashOption(letter: "f", value: "file", description: "read queries from a file"),
        DashOption(letter: "h", value: nil, description: "print help"),
        DashOption(letter: "k", value: "file", description: "sign with the key of this file"),
        DashOption(letter: "p", value: "port", description: "the port to ask"),
        DashOption(letter: "q", value: "name", description: "the name to ask for"),
        DashOption(letter: "r", value: nil, description: "do not read ~/.digrc"),
        DashOption(letter: "t", value: "type", description: "the type"),
        DashOption(letter: "u", value: nil, description: "times in microseconds"),
        DashOption(letter: "v", value: nil, description: "print the version"),
        DashOption(letter: "x", value: "address", description: "look an address up"),
        DashOption(letter: "y", value: "key", description: "sign with this key"),
    ]

    private static let shortWords = dashOptions.map { "-\($0.letter)" }
    private static let otherLetters = dashOptions.filter {
        $0.value != nil && !["file", "type", "class"].contains($0.value)
    }.map { "-\($0.letter)" }.joined(separator: "|")

    // MARK: Shells

    private static let bash = """
        # Completions of swift-dig for bash.

        _swift_dig() {
            local line=${COMP_LINE:0:COMP_POINT}
            local word=${line##*[[:space:]]}
            local rest=${line%"$word"}
            rest=${rest%"${rest##*[![:space:]]}"}
            local before=${rest##*[[:space:]]} hosts words prefix
            COMPREPLY=()
            case $before in
                -f|-k) compopt -o filenames 2>/dev/null
                    COMPREPLY=($(compgen -f -- "$word")); return ;;
                -t) COMPREPLY=($(compgen -W '\(joined(types))' -- "${word,,}")); return ;;
                -c) COMPREPLY=($(compgen -W '\(joined(classes))' -- "${word,,}")); return ;;
                \(otherLetters)) return ;;
            esac
            case $word in
                @/*) COMPREPLY=($(compgen -P @ -f -- "${word#@}")) ;;
                @*) hosts="$(compgen -A hostname)
                    $(sed -n 's/^nameserver[[:space:]]*//p' /etc/resolv.conf 2>/dev/null)"
                    COMPREPLY=($(compgen -P @ -W "$hosts" -- "${word#@}")) ;;
                \(fileOptions.map { "\($0)=*" }.joined(separator: "|")))
                    COMPREPLY=($(compgen -P "${word%%=*}=" -f -- "${word#*=}")) ;;
                +*) COMPREPLY=($(compgen -W '\(joined(plusOptions.map(\.text)))' -- "$word")) ;;
                -*) COMPREPLY=($(compgen -W '\(joined(shortWords))' -- "$word")) ;;
                *) COMPREPLY=($(compgen -W '\(joined(types)) \(joined(classes))' -- "${word,,}")
                    $(compgen -A hostname -- "$word")) ;;
            esac
            if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
                compopt -o nospace 2>/dev/null
            fi
            # Of a word with such a sign in it, the shell only replaces what stands behind.
            prefix=${word%"${word##*[@=:]}"}
            if [[ -n $prefix && $COMP_WORDBREAKS == *"${prefix: -1}"* ]]; then
                COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
            fi
        }

        complete -F _swift_dig swift-dig

        """

    private static let zsh = """
        #compdef swift-dig
        # Completions of swift-dig for zsh.

        _swift-dig() {
            local -a types classes plus valued dashes
            types=(\(joined(types)))
            classes=(\(joined(classes)))
            plus=(
        \(lines(plusOptions.filter { !$0.text.hasSuffix("=") }, ":"))
            )
            valued=(
        \(lines(plusOptions.filter { $0.text.hasSuffix("=") }, ":"))
            )
            dashes=(
        \(lines(dashOptions.map { Word(text: "-\($0.letter)", description: $0.description) }, ":"))
            )
            case $words[CURRENT-1] in
                -f|-k) _files; return ;;
                -t) compadd -M 'm:{a-zA-Z}={A-Za-z}' -a types; return ;;
                -c) compadd -M 'm:{a-zA-Z}={A-Za-z}' -a classes; return ;;
                \(otherLetters)) _message value; return ;;
            esac
            case $PREFIX in
                @/*) compset -P @; _files ;;
                @*) compset -P @; _hosts ;;
                (\(fileOptions.joined(separator: "|")))=*) compset -P '*='; _files ;;
                +*=*) compset -P '*='; _message value ;;
                +*) _describe -o 'query option' plus -- valued -S = ;;
                -*) _describe -o option dashes ;;
                *) compadd -M 'm:{a-zA-Z}={A-Za-z}' -a types classes; _hosts ;;
            esac
        }

        if [[ $funcstack[1] == _swift-dig ]]; then
            _swift-dig "$@"
        else
            compdef _swift-dig swift-dig
        fi

        """

    private static let fish = """
        # Completions of swift-dig for fish.

        function __swift_dig_words
            set -l word (commandline -ct)
            switch $word
                case '@/*'
                    printf '@%s\\n' (__fish_complete_path (string sub -s 2 -- $word))
                case '@*'
                    printf '@%s\\n' (__fish_print_hostnames)
                case \(fileOptions.map { "'\($0)=*'" }.joined(separator: " "))
                    set -l parts (string split -m 1 = -- $word)
                    printf "$parts[1]=%s\\n" (__fish_complete_path $parts[2])
                case '+*'
                    printf '%s\\t%s\\n' \\
        \(lines(plusOptions, "' '", " \\"))
                case '*'
                    printf '%s\\n' \(joined(types)) \(joined(classes))
                    __fish_print_hostnames
            end
        end

        complete -c swift-dig -f -a '(__swift_dig_words)'
        \(dashOptions.map(fishLine).joined(separator: "\n"))

        """

    private static func fishLine(_ option: DashOption) -> String {
        let values =
            switch option.value {
            case nil: ""
            case "file": " -r -F"
            case "type": " -x -a '\(joined(types))'"
            case "class": " -x -a '\(joined(classes))'"
            default: " -x"
            }
        return "complete -c swift-dig -s \(option.letter)\(values) -d '\(option.description)'"
    }

    private static func joined(_ words: [String]) -> String { words.joined(separator: " ") }

    /// A line for each word, quoted for a shell.
    ///
    /// - Parameters:
    ///   - words: The words.
    ///   - middle: What stands between a word and its description.
    ///   - continuation: What stands at the end of all lines but the last.
    /// - Returns: The lines.
    private static func lines(
        _ words: [Word], _ middle: String, _ continuation: String = ""
    ) -> String {
        words.map { word in
            // A quotation is ended, and goes on behind the sign: the same in every shell.
            var description = word.description.replacing("'", with: "'\\''")
            var text = word.text
            if middle == ":" {
                // The one that ends a word for zsh, which is told of equals signs elsewhere.
                description = description.replacing(":", with: "\\:")
                text = text.replacing("=", with: "")
            }
            return "        '\(text)\(middle)\(description)'"
        }.joined(separator: continuation + "\n")
    }
}
