/// Why a URL was not retrieved.
enum RetrievalFailure: Error, Equatable {
    case urlInvalid
    case schemeUnsupported
    case hostUnknown
    case connectFailed
    /// Another try would not help.
    case connectImpossible
    /// TLS could not be agreed on.
    case notSecure
    /// The server's certificate is not trusted.
    case notTrusted
    /// A file that TLS needs cannot be used.
    case tlsUnusable
    /// The server closed the connection without a reply.
    case noReply
    /// The reply's head could not be read.
    case replyBroken
    case readFailed
    case triesUsedUp
    case statusWrong
    case rangeWrong
    case redirectedTooOften
    case proxyFailed
    /// The proxy makes no connection to the server.
    case tunnelRefused
    /// A proxy or the like has waited in vain.
    case gatewayTimedOut
    /// The file cannot be opened; others may be fine.
    case cannotOpen
    /// What came cannot be written: no further file is begun.
    case cannotWrite
    case fileAppeared
    /// Another program writes it.
    case fileBusy
    case authenticationFailed
    /// The challenge cannot be answered.
    case challengeUnsupported
    case bodyFileMissing
    /// The file is not what it should be.
    case checksumWrong
    /// A Metalink cannot be read, or names nothing that can be retrieved.
    case metalinkInvalid
    /// A page has not what was to be printed of it.
    case partMissing
    case archiveFailed

    /// The program's exit status, as wget has it.
    var status: Int32 {
        switch self {
        case .cannotOpen, .cannotWrite, .fileAppeared, .fileBusy, .bodyFileMissing, .archiveFailed:
            3
        case .hostUnknown, .connectFailed, .connectImpossible, .notSecure, .tunnelRefused,
            .gatewayTimedOut, .readFailed,
            .triesUsedUp:
            4
        case .notTrusted: 5
        case .authenticationFailed: 6
        case .noReply, .replyBroken: 7
        case .statusWrong, .rangeWrong, .redirectedTooOften, .proxyFailed: 8
        case .urlInvalid, .schemeUnsupported, .tlsUnusable, .challengeUnsupported, .checksumWrong,
            .metalinkInvalid, .partMissing:
            1
        }
    }

    /// Whether another try may fare better.
    var isTransient: Bool {
        switch self {
        case .connectFailed, .gatewayTimedOut, .noReply, .replyBroken, .readFailed, .rangeWrong,
            .fileAppeared:
            true
        default: false
        }
    }
}

/// The exit status of the program: of several failures the one with the lowest number, but that 1, which
/// says nothing, comes last.
struct RunStatus {
    private(set) var value: Int32 = 0

    mutating func add(_ failure: RetrievalFailure) { add(failure.status) }

    mutating func add(_ status: Int32) {
        guard status > 1 else {
            value = value == 0 ? status : value
            return
        }
        value = value <= 1 ? status : min(value, status)
    }
}
