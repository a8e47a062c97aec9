import ToolKit

/// One option that begins with a plus.
///
/// As in dig, an option may be shortened: what is written must begin with ``path``, and go on as the
/// name does, in any case of letters; ``exact`` are short forms that stand for it by themselves.
struct PlusOption: Sendable {
    typealias Parser = CommandLineParser

    /// What is wrong with an option's value.
    enum Wrong: Error {
        /// The option is told to be invalid, with how to get help.
        case invalid
        /// What could not be read, after which the program ends.
        case unreadable(String)
        case stop(CommandLineParser.Stop)
    }

    let name: String
    let path: String
    var exact: [String] = []
    /// Whether it is only taken, with a warning.
    var isDropped = false
    let apply: @Sendable (inout Parser, _ state: Bool, _ value: Substring?) throws(Wrong) -> Void

    /// Whether `text`, without its `no`, stands for this option.
    func matches(_ text: Substring) -> Bool {
        if exact.contains(where: { $0 == text }) { return true }
        return !path.isEmpty && text.hasPrefix(path)
            && name.hasPrefix(text.lowercased())
    }

    /// Carries one option out.
    static func apply(_ option: String, to parser: inout Parser) throws(CommandLineParser.Stop) {
        // As strtok(3) does, which dig reads options with.
        let body = option.drop { $0 == "=" }
        let parts = body.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        var word = parts.first ?? ""
        guard !word.isEmpty else {
            return StandardOutput.shared.write(";; Invalid option \(option)\n")
        }
        var value = parts.count == 2 ? parts[1] : nil
        if value?.isEmpty == true { value = nil }
        let state = !word.lowercased().hasPrefix("no")
        if !state { word = word.dropFirst(2) }
        // As dig prints it: what stands behind the equals sign is taken off by then.
        let shown = "+\(parts[0])"
        guard let found = all.first(where: { $0.matches(word) }) else {
            throw .invalidOption(shown)
        }
        do throws(Wrong) {
            try found.apply(&parser, state, value)
        } catch {
            switch error {
            case .invalid: throw .invalidOption(shown)
            case .unreadable(let what): throw .fatal("Couldn't parse \(what)", status: 10)
            case .stop(let stop): throw stop
            }
        }
    }

    /// All options: dig's, and those it has not.
    static let all = ofDig + beyondDig

    /// The names of those that do something.
    static var names: [String] { all.filter { !$0.isDropped }.map(\.name) }

    // MARK: Kinds of options

    /// An option that sets or clears something of the lookup.
    static func flag(
        _ name: String, _ path: String, exact: [String] = [],
        _ key: any WritableKeyPath<LookupParts, Bool> & Sendable
    ) -> PlusOption {
        PlusOption(name: name, path: path, exact: exact) { parser, state, _ in
            parser.lookup[dynamicMember: key] = state
        }
    }

    /// An option that clears or sets something of the lookup.
    static func inverse(
        _ name: String, _ path: String, exact: [String] = [],
        _ key: any WritableKeyPath<LookupParts, Bool> & Sendable
    ) -> PlusOption {
        PlusOption(name: name, path: path, exact: exact) { parser, state, _ in
            parser.lookup[dynamicMember: key] = !state
        }
    }

    /// An option of EDNS, which it switches on.
    static func ednsFlag(
        _ name: String, _ path: String, exact: [String] = [],
        _ key: any WritableKeyPath<LookupParts, Bool> & Sendable
    ) -> PlusOption {
        PlusOption(name: name, path: path, exact: exact) { parser, state, _ in
            if state { parser.lookup.edns = parser.lookup.edns ?? 0 }
            parser.lookup[dynamicMember: key] = state
        }
    }

    static func setting(
        _ name: String, _ path: String, exact: [String] = [],
        _ key: any WritableKeyPath<SettingsParts, Bool> & Sendable
    ) -> PlusOption {
        PlusOption(name: name, path: path, exact: exact) { parser, state, _ in
            parser.settings[dynamicMember: key] = state
        }
    }

    /// An option with a number that it cannot do without.
    static func number(
        _ name: String, _ path: String, exact: [String] = [], most: UInt32, _ what: String? = nil,
        _ set: @escaping @Sendable (inout Parser, UInt32) -> Void
    ) -> PlusOption {
        PlusOption(name: name, path: path, exact: exact) { parser, state, value throws(Wrong) in
            guard let value, state else { throw .invalid }
            guard let number = parser.number(value, most: most, what ?? name) else {
                throw .unreadable(what ?? name)
            }
            set(&parser, number)
        }
    }

    /// An option that dig had once.
    static func dropped(_ name: String, _ path: String, _ advice: String) -> PlusOption {
        PlusOption(name: name, path: path, isDropped: true) { _, _, _ in
            Parser.warn(";; Warning, +\(name) has no effect: \(advice)")
        }
    }
}
