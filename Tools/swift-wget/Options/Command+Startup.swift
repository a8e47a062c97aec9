/// Commands about the start, what is told, and where URLs come from.
extension Command {
    static let startup: [Command] = [
        row("version", "V", .none, nil, "print the version and what it can do, and exit") {
            _, _ throws(Stop) in throw .show(.version)
        }.setting(nil),
        row("help", "h", .none, nil, "print this help, and exit") { _, _ throws(Stop) in
            throw .show(.help)
        }.setting(nil),
        flag("background", "b", "go on in the background, after the start") {
            $0.logging.goesToBackground = $1
        },
        row("execute", "e", .required, "COMMAND", "carry out a command as of a `.wgetrc'") {
            draft, value throws(Stop) in try draft.execute(value)
        }.setting(nil),
        row("no", "n", .required) { draft, value throws(Stop) in try draft.setNo(value) }
            .setting(nil),
        row(
            "generate-completion-script", nil, .required, "SHELL",
            "print completions for bash, zsh or fish, and exit"
        ) { draft, value throws(Stop) in
            guard let shell = value.text, Completions.shells.contains(shell) else {
                throw .invalid("Invalid value \(draft.quote(value)).")
            }
            throw .show(.completions(shell: shell))
        }.setting(nil).from(.beyond).with { $0.values = .words(Completions.shells) },
    ]

    static let logging: [Command] = [
        file("output-file", "o", "FILE", "write messages to FILE") {
            $0.logging.file = $1
        }.setting("logfile"),
        file("append-output", "a", "FILE", "append messages to FILE") {
            $0.logging.file = $1
            $0.logging.appends = true
        }.setting(nil),
        flag("debug", "d", "tell everything that happens") { $0.logging.debugs = $1 },
        flag("quiet", "q", "tell nothing") { $0.isQuiet = $1 },
        flag("verbose", "v", "tell much (the default)") {
            $0.verbose = $1
            $0.showsProgress = nil
        }.no("tell only what matters", letter: "v"),
        reportSpeed,
        file("input-file", "i", "FILE", "fetch the URLs that are in FILE, or at the URL FILE") {
            $0.input.file = $1
        }.setting("input"),
        file("input-metalink", nil, "FILE", "fetch the files that the Metalink FILE tells of") {
            $0.metalink.file = $1
        }.from(.someWget),
        flag("force-html", "F", "take the input file for HTML") { $0.input.forcesHTML = $1 },
        octets("base", "B", "URL", "take the input file's links (-i -F)\nas relative to URL") {
            $0.input.base = $1
        },
        // Both have been heeded by the time that options are carried out.
        file("config", nil, "FILE", "read settings from FILE, and no other file") { _, _ in }
            .setting("chooseconfig"),
        flag("no-config", nil, "read no file of settings") { _, _ in },
        file("rejected-log", nil, "FILE", "write to FILE why URLs are not followed") {
            $0.logging.rejectedLog = $1
        },
        flag("show-all-dns-entries", nil) { $0.logging.showsAllAddresses = $1 }.onlySetting,
    ]

    private static let reportSpeed = row(
        "report-speed", nil, .flag, "TYPE", "tell rates as TYPE, which can be bits"
    ) { draft, value throws(Stop) in
        guard value.isSame(as: "bits") else {
            throw .invalid("Invalid value \(draft.quote(value)).")
        }
        draft.logging.reportsBits = true
    }.with { $0.values = .words(["bits"]) }
}
