import TwineCore
import TwineDNS

/// One question as the command line puts it, with all that it says about how to ask and to print.
///
/// It is copied for each name, each step and each server.
typealias Lookup = Shared<LookupParts>

extension Lookup {
    init() { self.init(LookupParts()) }
}

/// All that is said about one question.
struct LookupParts: Sendable {
    /// The name, as it was typed.
    var text = ""
    var type = DNSType.a
    var isTypeSet = false
    var recordClass = DNSClass.internet
    var isClassSet = false
    /// The serial number of the zone that is here, for IXFR.
    var serial: UInt32 = 0

    // MARK: How to ask

    /// Whom to ask; empty for the system's servers.
    var servers: [Server] = []
    var tries = 3
    var opcode = DNSMessage.Opcode.query
    /// The id to use instead of a random one.
    var id: UInt16?
    var isRecursive = true
    var setsAuthoritative = false
    var setsAuthenticData = false
    var checkingDisabled = false
    var setsRecursionAvailable = false
    var setsTruncated = false
    var setsReserved = false
    var isHeaderOnly = false
    /// Whether a truncated reply is taken as it is.
    var ignoresTruncation = false
    var stopsAtServerFailure = true
    var isBestEffort = true

    // MARK: EDNS

    /// The version of EDNS; nil sends none.
    var edns: UInt8?
    var payloadSize: UInt16?
    var ednsFlags: UInt16 = 0
    var dnssecOK = false
    var compactOK = false
    var asksNSID = false
    var asksExpire = false
    var asksKeepalive = false
    var asksZoneVersion = false
    var sendsCookie = false
    /// The cookie to send instead of one's own.
    var cookie: [UInt8]?
    var retriesBadCookie = true
    var subnet: DNSExtensions.ClientSubnet?
    var padding: UInt16 = 0
    var options: [DNSExtensions.Option] = []
    var negotiatesEDNS = true

    // MARK: Transport

    var usesTCP = false
    /// Whether that was said, and does not follow from something else.
    var isTCPSet = false
    var usesTLS = false
    var checksTLS = false
    var authoritiesFile: String?
    var tlsHostName: String?
    var certificateFile: String?
    var keyFile: String?
    /// The path of DNS over HTTP; nil when that is not used.
    var httpPath: String?
    var usesGet = false
    var isPlainHTTP = false
    var proxy: Proxy?

    // MARK: What to print

    var hasComments = true
    /// 1 prints comments on records, -1 does not even with `+multiline`.
    var recordComments = 0
    var hasStatistics = true
    var hasQuestion = true
    var hasAnswer = true
    var hasAuthority = true
    var hasAdditional = true
    var isMultiline = false
    var hidesTimeToLive = false
    var hasTimeUnits = false
    var hidesClass = false
    var hidesKeys = false
    var isUnknownFormat = false
    var expandsAddresses = false
    var printsOneSOA = false
    var printsQuery = false
    var identifies = false
    var isMicroseconds = false
    var isInternationalIn = false
    var isInternationalOut = false
    var showsBadCookie = false
    var showsBadVersion = false
    var showsTruncated = false
    var isPrefixSearch = false

    // MARK: Kinds of search

    var traces = false
    var searchesServers = false
    /// Whether this is the first step of a trace or search, which asks for servers.
    var isRootStep = false

    // MARK: What is learned while it is carried out

    /// The lines that tell the command; those that follow from this lookup share them.
    var commandLine: CommandText?
    /// What is appended to the name: the place in the search list.
    var origin: Int?
    /// The search list is tried when the name as it is does not exist.
    var needsSearch = false
    var isDoneAsIs = false
    /// Whether the search for the name begins with it.
    var isNewSearch = false
    /// The zone whose servers are asked, in a trace.
    var zone = DNSName.root
    /// The type that was asked for, when servers are searched first.
    var wantedType = DNSType.a
    var serversFound = 0
    var hasSeenBadCookie = false
    /// Whether the first version of EDNS was lowered.
    var wantedEDNS: UInt8?

    /// Whether TLS is spoken, but not HTTP's.
    var isTLS: Bool { usesTLS || checksTLS && httpPath == nil }

    /// A zone is transferred.
    var isTransfer: Bool { type == .axfr || type == .ixfr && usesTCP }
}

/// A server to ask: its address, and what it was called by.
struct Server: Hashable, Sendable {
    enum Address: Hashable, Sendable {
        case ip(IPAddress)
        case unix(path: String)
    }
    let address: Address
    let name: String

    func socketAddress(port: UInt16) -> SocketAddress {
        switch address {
        case .ip(let address): .ip(address, port: port)
        case .unix(let path): .unix(path: path)
        }
    }

    /// Whether it listens at a path; such servers are spoken to by streams.
    var isUnixSocket: Bool { if case .unix = address { true } else { false } }

    /// The address without a port, for people.
    var text: String {
        switch address {
        case .ip(let address): "\(address)"
        case .unix(let path): path
        }
    }
}

/// Whom a PROXY header speaks for.
struct Proxy: Sendable {
    /// Nil says that it speaks for itself.
    var addresses: (source: SocketAddress, destination: SocketAddress)?
    /// Whether it stands before TLS, not within.
    var isPlain = false

    func header(isDatagram: Bool) -> [UInt8] {
        ProxyHeader(addresses, isDatagram: isDatagram).octets
    }
}

/// What tells the command that a lookup is of, printed once.
final class CommandText: @unchecked Sendable {
    let text: String
    var isPrinted = false

    init(_ text: String, _ isPrinted: Bool = false) {
        self.text = text
        self.isPrinted = isPrinted
    }
}
