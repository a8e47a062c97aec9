/// Settings while they are being read: what only the end of the command line can decide is kept apart.
struct Draft: Sendable {
    var settings = Settings()
    /// What the program was called by.
    let program: String
    let environment: Environment
    let quote: Quotation

    /// nil when nothing was said of it.
    var verbose: Bool?
    var isQuiet = false
    var showsProgress: Bool?
    /// `-nd`: no folders even with `-r`.
    var refusesDirectories = false
    /// 0 is without end.
    var level = 5
    /// As written: `bar:force`, `dot:mega`.
    var progress: Octets?
    var dotStyle: Octets?
    var postData: Octets?
    var postFile: Octets?
    var bodyData: Octets?
    var bodyFile: Octets?
    var jsonItems: [Octets] = []
    var bindDNSAddress: Octets?

    /// What is told on standard error before anything else.
    var notes = ""
    /// What `-d` tells of each setting.
    var steps = ""
    /// What was taken without effect, by name, with the reason.
    var withoutEffect: [(name: String, reason: String)] = []

    init(program: String = "swift-wget", environment: Environment = Environment()) {
        self.program = program
        self.environment = environment
        quote = Quotation(environment)
        if let list = environment["no_proxy"] {
            settings.network.noProxy = OptionValue.list(list).map(\.description)
        }
    }

    /// Carries a command out.
    mutating func apply(_ command: Command, _ value: Octets, as name: String) throws(Stop) {
        if settings.logging.debugs {
            let known = command.setting ?? command.option ?? name
            steps += "Setting \(name) (\(known)) to \(value)\n"
        }
        var command = command
        if let target = command.standsFor, let found = Command.option(named: target) {
            command = found
        }
        if case .withoutEffect(let reason) = command.support {
            withoutEffect.append((name, reason))
        }
        try command.set(&self, value)
    }

    var usage: String { "Usage: \(program) [OPTION]... [URL]..." }

    var advice: String { "Try `\(program) --help' for more options." }

    mutating func note(_ line: String) { notes += line + "\n" }
}
