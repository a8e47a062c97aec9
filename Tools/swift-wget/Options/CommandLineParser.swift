/// Reads a command line, after the files of settings, in wget's grammar.
struct CommandLineParser {
    /// What came of it.
    struct Outcome: Sendable {
        enum Request: Sendable {
            case retrieve(Settings)
            /// Something is printed on standard output, and all is done.
            case show(Stop.Display)
        }

        var request: Request
        /// What is told on standard error before anything else, in whole lines.
        var notes: String
        /// What `-d` tells of settings, in whole lines.
        var steps: String
        /// What was taken without effect, with the reason; `-d` tells it.
        var withoutEffect: [(name: String, reason: String)]
    }

    private let surroundings: Surroundings
    private var draft: Draft
    private let scanner: OptionScanner

    /// Reads everything.
    ///
    /// - Parameters:
    ///   - arguments: The words behind the program's name.
    ///   - surroundings: The environment, and the files of settings.
    /// - Returns: What is to be done.
    /// - Throws: ``UsageError``, with all that is to be told.
    static func parse(
        _ arguments: [Octets], _ surroundings: Surroundings
    ) throws(UsageError) -> Outcome {
        var parser = CommandLineParser(arguments, surroundings)
        do throws(Stop) {
            try parser.readFiles()
            try parser.applyOptions()
            parser.draft.urls = parser.scanner.operands
            try parser.draft.finish(surroundings.exists)
        } catch {
            return try parser.end(error)
        }
        return parser.outcome(.retrieve(parser.draft.settings))
    }

    private init(_ arguments: [Octets], _ surroundings: Surroundings) {
        self.surroundings = surroundings
        draft = Draft(program: surroundings.program, environment: surroundings.environment)
        scanner = OptionScanner(
            arguments, stopsEarly: surroundings.environment["POSIXLY_CORRECT"] != nil)
    }

    private func outcome(_ request: Outcome.Request) -> Outcome {
        Outcome(
            request: request, notes: draft.notes, steps: draft.steps,
            withoutEffect: draft.withoutEffect)
    }

    private func end(_ stop: Stop) throws(UsageError) -> Outcome {
        switch stop {
        case .show(let display): return outcome(.show(display))
        case .refused(let text, let status):
            let line = text.isEmpty ? "" : text + "\n"
            throw UsageError(text: draft.notes + line, status: status)
        case .invalid(let text), .misused(let text):
            throw UsageError(text: "\(draft.notes)\(draft.program): \(text)\n", status: 2)
        }
    }

    // MARK: Files

    /// Looks which files of settings are meant, and reads them.
    ///
    /// What is wrong with the words is told on the way, as far as they are looked at here.
    private mutating func readFiles() throws(Stop) {
        for token in scanner.tokens {
            switch token {
            case .wrong(let text): draft.note("\(draft.program): \(text)")
            case .option(let command, let path, _):
                if command.option == "no-config" { return }
                guard command.option == "config" else { continue }
                guard try read(path) else {
                    throw .refused("Exiting due to error in \(path)", status: 2)
                }
                return
            }
        }
        try readSystemFile()
        try readUserFile()
    }

    /// Reads a file, and tells whether it is there and nothing is wrong in it.
    private mutating func read(_ path: Octets) throws(Stop) -> Bool {
        switch surroundings.readFile(path) {
        case .text(let text): return draft.read(text, of: path, home: surroundings.home)
        case .absent: return false
        case .unreadable(let reason):
            draft.note("\(draft.program): Cannot read \(path) (\(reason)).")
            return true
        }
    }

    private mutating func readSystemFile() throws(Stop) {
        let named = surroundings.environment["SYSTEM_WGETRC"]
        let isNamed = named.map(surroundings.exists) ?? false
        let path = isNamed ? named ?? Surroundings.systemFile : Surroundings.systemFile
        guard isNamed || surroundings.exists(path) else { return }
        guard try !read(path) else { return }
        let source = isNamed ? " (env SYSTEM_WGETRC)" : ""
        throw .refused(
            """
            Parsing system wgetrc file\(source) failed.  Please check
            '\(path)',
            or specify a different file using --config.
            """, status: 2)
    }

    private mutating func readUserFile() throws(Stop) {
        let path: Octets
        if let named = surroundings.environment["WGETRC"], !named.isEmpty {
            path = named
            if case .absent(let reason) = surroundings.readFile(path) {
                throw .refused(
                    "\(draft.program): WGETRC points to \(path), which couldn't be accessed because"
                        + " of error: \(reason).", status: 1)
            }
        } else {
            guard let home = surroundings.home else { return }
            path = Octets(home.bytes + Array("/.wgetrc".utf8))
            guard surroundings.exists(path) else { return }
        }
        guard path != Surroundings.systemFile else {
            draft.note(
                "\(draft.program): Warning: Both system and user wgetrc point to"
                    + " \(draft.quote(path)).")
            return
        }
        // Each thing that is wrong was told.
        guard try read(path) else { throw .refused("", status: 2) }
    }

    // MARK: Options

    private mutating func applyOptions() throws(Stop) {
        for token in scanner.tokens {
            switch token {
            case .wrong: throw .refused("\(draft.usage)\n\n\(draft.advice)", status: 2)
            case .option(let command, let value, let name):
                do throws(Stop) {
                    try draft.apply(command, value, as: name)
                } catch {
                    guard let line = error.line(draft.program, name) else { throw error }
                    throw .refused(line, status: 2)
                }
            }
        }
    }
}
