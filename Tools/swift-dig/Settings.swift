import TwineCore
import TwineDNS

/// What holds for all lookups of a command line, or of a line of a batch file.
typealias Settings = Shared<SettingsParts>

/// All that holds for them.
struct SettingsParts: Sendable {
    var port: UInt16?
    /// How long to wait for a reply, in seconds.
    var timeout: UInt32?
    var ndots = 1
    var usesSearch = false
    var showsSearch = false
    /// What is appended instead of the search list, whatever else is said.
    var domain: String?
    /// The search list: names to append.
    var search: [String] = []
    var keepsOpen = false
    var isShort = false
    var isYAML = false
    var isJSON = false
    var isTable = false
    /// Whether what is printed has colours.
    var paints = false
    var printsCommand = true
    /// How many letters of keys stand together; nil is the usual.
    var splitWidth: Int?
    var hasAddressesOf4 = true
    var hasAddressesOf6 = true
    var bindAddress: SocketAddress?
    var keyText: String?
    var keyFile: String?
    /// What queries are signed with.
    var key: QueryKey?
    /// The servers of the system.
    var servers: [Server] = []
    /// Whether each step is told on standard error.
    var isDebugging = false

    /// How many servers the last `@` named.
    var serverCount = 0

    // MARK: Beyond dig

    /// Codes that make the exit status; nil when the answer does not count.
    var failsOn: FailureSet?
    var validates = false
    var anchorFile: String?
    /// Several servers are asked the same at once.
    var comparesServers = false
    /// Seconds between two looks at the answer; nil asks once.
    var watch: Double?
    var until: String?
    /// How long to measure, in seconds.
    var bench: Double?
    /// As many as a socket takes the replies of, when all come at once.
    var concurrency = 128
    var isUnordered = false
}

extension Settings {
    init() { self.init(SettingsParts()) }

    func address(of server: Server, _ lookup: Lookup) -> SocketAddress {
        let standard: UInt16 =
            lookup.httpPath != nil ? (lookup.isPlainHTTP ? 80 : 443) : lookup.isTLS ? 853 : 53
        return server.socketAddress(port: self.port ?? standard)
    }
}

/// Which answers are failures, for `+fail` and `+fail-on`.
struct FailureSet: Sendable {
    /// Response codes; nil is every one but NOERROR.
    var codes: Set<UInt16>?
    /// Whether a NOERROR without records is one.
    var countsEmpty = true
}
