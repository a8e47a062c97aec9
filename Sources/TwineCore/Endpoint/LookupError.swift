/// Why a name has no address for this program.
public enum LookupError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The name does not exist (NXDOMAIN).
    case noSuchName(String)
    /// The name exists and has no address.
    case noAddress(String)
    /// The name exists and has no record of that type.
    case noRecord(String, type: String)
    /// No DNS server answered: which were asked, and why each did not.
    case noServer(String, tried: String)
    /// No DNS server could be reached at all: this machine has no network.
    case noNetwork(String, tried: String)
    /// The DNS servers answered that they cannot tell (SERVFAIL, REFUSED…).
    case serverFailure(String, code: String)
    /// No answer came within the seconds that the lookup was given.
    case timedOut(String, seconds: Double)
    /// The name breaks the rules for names.
    case invalidName(String, reason: String)
    /// Any other reason, in the system's words.
    case system(String, reason: String)

    /// One line for people.
    public var description: String {
        switch self {
        case .noSuchName(let name): "no such name: \(name)"
        case .noAddress(let name): "the name \(name) has no address"
        case .noRecord(let name, let type): "the name \(name) has no \(type) record"
        case .noServer(let name, let tried):
            "no DNS server answers (looking up \(name); asked \(tried))"
        case .noNetwork(let name, let tried):
            "no network: no DNS server can be reached (looking up \(name); tried \(tried))"
        case .serverFailure(let name, let code):
            "the DNS server cannot answer for \(name): \(code)"
        case .timedOut(let name, let seconds):
            "looking up \(name) took longer than \(seconds) seconds"
        case .invalidName(let name, let reason): "\"\(name)\" is no host name: \(reason)"
        case .system(let name, let reason): "cannot look up \(name): \(reason)"
        }
    }
}
