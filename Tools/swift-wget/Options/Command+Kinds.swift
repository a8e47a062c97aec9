/// Makers of rows, one for each kind of value.
extension Command {
    /// An option that is on or off.
    static func flag(
        _ option: String, _ letter: Character? = nil, _ help: String? = nil,
        _ set: @escaping @Sendable (inout Draft, Bool) -> Void
    ) -> Command {
        row(option, letter, .flag, nil, help) { draft, value throws(Stop) in
            set(&draft, try boolean(value, draft))
        }
    }

    static func boolean(_ value: Octets, _ draft: Draft) throws(Stop) -> Bool {
        guard let state = OptionValue.boolean(value) else {
            throw .invalid("Invalid boolean \(draft.quote(value)); use `on' or `off'.")
        }
        return state
    }

    /// An option with a number of 31 bits.
    static func number(
        _ option: String, _ placeholder: String, _ help: String? = nil,
        _ set: @escaping @Sendable (inout Draft, Int) -> Void
    ) -> Command {
        row(option, nil, .required, placeholder, help) { draft, value throws(Stop) in
            guard let number = OptionValue.number(value) else {
                throw .invalid("Invalid number \(draft.quote(value)).")
            }
            set(&draft, number)
        }
    }

    /// An option with a number, where 0 and `inf` are without end.
    static func limit(
        _ option: String, _ letter: Character? = nil, _ placeholder: String, _ help: String? = nil,
        _ set: @escaping @Sendable (inout Draft, Int?) -> Void
    ) -> Command {
        row(option, letter, .required, placeholder, help) { draft, value throws(Stop) in
            guard let number = OptionValue.limit(value) else {
                throw .invalid("Invalid number \(draft.quote(value)).")
            }
            set(&draft, number)
        }
    }

    /// An option with a count of octets.
    static func bytes(
        _ option: String, _ letter: Character? = nil, _ placeholder: String, _ help: String? = nil,
        _ set: @escaping @Sendable (inout Draft, UInt64) -> Void
    ) -> Command {
        row(option, letter, .required, placeholder, help) { draft, value throws(Stop) in
            guard let number = OptionValue.bytes(value) else {
                throw .invalid("Invalid byte value \(draft.quote(value))")
            }
            set(&draft, number)
        }
    }

    /// An option with a length of time, in seconds.
    static func time(
        _ option: String, _ letter: Character? = nil, _ placeholder: String, _ help: String? = nil,
        _ set: @escaping @Sendable (inout Draft, Double) -> Void
    ) -> Command {
        row(option, letter, .required, placeholder, help) { draft, value throws(Stop) in
            guard let seconds = OptionValue.seconds(value) else {
                throw .invalid("Invalid time period \(draft.quote(value))")
            }
            guard seconds >= 0 else {
                throw .invalid("Negative time period \(draft.quote(value))")
            }
            // Timers count to less than that, and nobody waits for thirty years.
            set(&draft, min(seconds, 1e9))
        }
    }

    /// An option with text, which has to be UTF-8.
    static func text(
        _ option: String, _ letter: Character? = nil, _ placeholder: String, _ help: String? = nil,
        _ set: @escaping @Sendable (inout Draft, String) -> Void
    ) -> Command {
        row(option, letter, .required, placeholder, help) { draft, value throws(Stop) in
            guard let text = value.text else {
                throw .invalid("Invalid value \(draft.quote(value)).")
            }
            set(&draft, text)
        }
    }

    /// An option with any octets.
    static func octets(
        _ option: String, _ letter: Character? = nil, _ placeholder: String, _ help: String? = nil,
        _ set: @escaping @Sendable (inout Draft, Octets) -> Void
    ) -> Command {
        row(option, letter, .required, placeholder, help) { draft, value throws(Stop) in
            set(&draft, value)
        }
    }

    /// An option with the name of a file.
    static func file(
        _ option: String, _ letter: Character? = nil, _ placeholder: String = "FILE",
        _ help: String? = nil, _ set: @escaping @Sendable (inout Draft, Octets) -> Void
    ) -> Command {
        octets(option, letter, placeholder, help, set).with {
            $0.values = .file
            $0.expandsTilde = true
        }
    }

    /// An option with the name of a folder, whose slashes at the end are dropped.
    static func directory(
        _ option: String, _ letter: Character? = nil, _ placeholder: String, _ help: String? = nil,
        _ set: @escaping @Sendable (inout Draft, Octets) -> Void
    ) -> Command {
        octets(option, letter, placeholder, help) { draft, value in
            let end = value.bytes.lastIndex { $0 != UInt8(ascii: "/") }.map { $0 + 1 } ?? 0
            set(&draft, Octets(Array(value.bytes[..<end])))
        }.with {
            $0.values = .directory
            $0.expandsTilde = true
        }
    }

    /// An option with a list, which adds to what is there; nothing empties it.
    static func list(
        _ option: String, _ letter: Character? = nil, _ help: String? = nil,
        _ set: @escaping @Sendable (inout Draft, _ change: (inout [String]) -> Void) -> Void
    ) -> Command {
        row(option, letter, .required, "LIST", help) { draft, value throws(Stop) in
            var parts: [String] = []
            for part in OptionValue.list(value) {
                guard let text = part.text else {
                    throw .invalid("Invalid value \(draft.quote(value)).")
                }
                parts.append(text)
            }
            set(&draft) { list in
                if parts.isEmpty { list = [] } else { list += parts }
            }
        }
    }

    /// An option with one of a few words, in any case of letters.
    ///
    /// The place of the word is handed over, not its meaning: a generic maker would be made anew for each
    /// type while the program starts.
    static func choice(
        _ option: String, _ placeholder: String, _ words: [String], _ help: String? = nil,
        _ set: @escaping @Sendable (inout Draft, Int) -> Void
    ) -> Command {
        row(option, nil, .required, placeholder, help) { draft, value throws(Stop) in
            guard let place = words.firstIndex(where: { value.isSame(as: $0) }) else {
                throw .invalid("Invalid value \(draft.quote(value)).")
            }
            set(&draft, place)
        }.with { $0.values = .words(words) }
    }

    /// Another name, which old command lines and files of settings have.
    static func old(
        _ option: String, _ letter: Character? = nil, for target: String
    ) -> Command {
        row(option, letter, .required, nil, nil) { _, _ in }.with { $0.standsFor = target }
    }

    /// Any row.
    static func row(
        _ option: String, _ letter: Character? = nil, _ argument: Argument,
        _ placeholder: String? = nil, _ help: String? = nil, _ set: @escaping Setter
    ) -> Command {
        Command(
            option: option, letter: letter, writtenSetting: option, argument: argument,
            placeholder: placeholder, help: help, set: set)
    }
}
