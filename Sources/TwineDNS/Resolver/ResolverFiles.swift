import TwineCore

/// What the system's files say about looking up names, read again when they change.
public struct ResolverFiles {
    /// Where the files are.
    public struct Paths: Equatable, Sendable {
        /// The servers and how to ask them.
        public var resolvConf: String
        /// Names with their addresses.
        public var hosts: String
        /// In which order names are looked up where.
        public var nsswitch: String

        /// Makes the paths, by default the system's.
        public init(
            resolvConf: String = "/etc/resolv.conf", hosts: String = "/etc/hosts",
            nsswitch: String = "/etc/nsswitch.conf"
        ) {
            self.resolvConf = resolvConf
            self.hosts = hosts
            self.nsswitch = nsswitch
        }
    }

    private var resolvConfFile: SystemFile
    private var hostsFile: SystemFile
    private var nsswitchFile: SystemFile
    private var lastLook: Double?

    private(set) var configuration = ResolverConfiguration()
    private(set) var hosts = HostsTable()
    private(set) var sources = NameServiceSwitch()

    /// How often the files are looked at, in seconds: a crawl asks thousands of times in that time.
    private static let interval = 1.0

    init(_ paths: Paths) {
        resolvConfFile = SystemFile(path: paths.resolvConf)
        hostsFile = SystemFile(path: paths.hosts)
        nsswitchFile = SystemFile(path: paths.nsswitch)
    }

    /// Looks whether a file has changed, and reads it.
    ///
    /// - Returns: Whether the servers or the way to ask them are others now.
    mutating func refresh(now: Double) -> Bool {
        if let lastLook, now - lastLook < Self.interval { return false }
        lastLook = now
        if let octets = hostsFile.readIfChanged() { hosts = HostsTable(octets) }
        if let octets = nsswitchFile.readIfChanged() {
            sources =
                octets.isEmpty
                ? NameServiceSwitch()
                : NameServiceSwitch(String(decoding: octets, as: UTF8.self))
        }
        guard let octets = resolvConfFile.readIfChanged() else { return false }
        var environment: [String: String] = [:]
        for name in ["LOCALDOMAIN", "RES_OPTIONS"] {
            environment[name] = environmentVariable(name)
        }
        let before = configuration
        configuration = ResolverConfiguration(
            resolvConf: String(decoding: octets, as: UTF8.self), hostName: systemHostName(),
            environment: environment)
        return configuration != before
    }
}
