import TwineCore

extension LookupError {
    /// What the failure of a query means for who looked up `name`.
    ///
    /// An answer, even one that it cannot tell, says more than a server that is not there; and only
    /// when no network leads to any of them, there is no network.
    init(_ failure: StubQuery.Failure, name: String) {
        let tried = failure.tried.map { server, reason in
            "\(server): \(reason)"
        }
        if let (server, reason) = failure.tried.first(where: { $0.reason.isAnswer }) {
            self = .serverFailure(name, code: "\(reason) from \(server)")
        } else if !tried.isEmpty, failure.tried.allSatisfy({ $0.reason == .noNetwork }) {
            let servers = failure.tried.map { "\($0.server)" }
            self = .noNetwork(name, tried: servers.joined(separator: ", "))
        } else {
            self = .noServer(
                name, tried: tried.isEmpty ? "none" : tried.joined(separator: ", "))
        }
    }
}

extension StubQuery.Reason: CustomStringConvertible {
    fileprivate var isAnswer: Bool {
        switch self {
        case .answered, .notRecursive, .malformed: true
        case .timedOut, .refused, .noNetwork, .unreachable: false
        }
    }

    /// A few words for people.
    public var description: String {
        switch self {
        case .timedOut(let seconds):
            "no answer within \(seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)") s"
        case .refused: "nobody listens there"
        case .noNetwork: "no network"
        case .unreachable(let text): text
        case .answered(let code): "\(code)"
        case .notRecursive: "a referral"
        case .malformed(let error): "a malformed reply (\(error))"
        }
    }
}
