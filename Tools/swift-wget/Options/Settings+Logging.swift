extension Settings {
    /// What is told, and where.
    struct Logging: Sendable {
        /// How much is told.
        enum Verbosity: Sendable, Comparable { case quiet, brief, verbose }

        /// `-o` and `-a`: the file of messages; nil is standard error, `-` is standard output.
        var file: Path?
        /// `-a`: whether ``file`` goes on where it ends.
        var appends = false
        /// `-q`, `-nv`.
        var verbosity = Verbosity.verbose
        var debugs = false
        /// `-b`.
        var goesToBackground = false
        /// `-S`: whether replies' fields are told.
        var showsServerResponse = false
        /// Whether all addresses of a name are told, where wget tells three.
        var showsAllAddresses = false
        /// `--report-speed=bits`.
        var reportsBits = false
        /// Whether progress is shown; resolved from `--show-progress` and the verbosity.
        var showsProgress = true
        var progress = Progress()
        /// `--rejected-log`: a table of URLs that are not followed, and why.
        var rejectedLog: Path?
    }

    /// How progress is shown.
    struct Progress: Sendable, Equatable {
        enum Kind: Sendable { case bar, dot }

        /// `--progress`.
        var kind = Kind.bar
        /// Whether a bar is drawn even where there is no terminal (`bar:force`); else it becomes dots there.
        var isForced = false
        /// Whether long names stand still (`bar:noscroll`).
        var scrolls = true
        var dots = Dots()
    }

    /// How dots are drawn.
    struct Dots: Sendable, Equatable {
        /// How many octets a dot is.
        var bytes: UInt64 = 1024
        /// How many dots stand together.
        var spacing = 10
        var perLine = 50

        static let binary = Dots(bytes: 8192, spacing: 16, perLine: 48)
        static let mega = Dots(bytes: 65_536, spacing: 8, perLine: 48)
        static let giga = Dots(bytes: 1_048_576, spacing: 8, perLine: 32)
    }
}
