import Twine

extension Failure {
    /// The class of an error of the layers below.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as LookupError: self = Self.lookup(error)
        case let error as ConnectError: self = Self.connect(error)
        case let error as TLSError:
            let kind: Class = error == .truncated ? .connectionLost : .distrust
            self.init(kind: kind, message: error.description)
        case let error as ConnectionLost:
            self.init(kind: .connectionLost, message: error.description)
        case let error as HTTPError: self = Self.http(error)
        case let error as HTMLError:
            let isSize = if case .tooLarge = error { true } else { false }
            self.init(kind: isSize ? .tooLarge : .noArticle, message: error.description)
        case let error as TimeoutError:
            self.init(kind: .timeout, message: error.description)
        case is CancelledError, is CancellationError:
            self.init(kind: .interrupted, message: "interrupted")
        default: self.init(kind: .other, message: "\(error)")
        }
    }

    private static func lookup(_ error: LookupError) -> Failure {
        let kind: Class =
            switch error {
            case .noSuchName, .noAddress, .noRecord: .noSuchName
            case .noNetwork: .noNetwork
            case .noServer, .serverFailure, .timedOut, .system: .noDNS
            case .invalidName: .badURL
            }
        return Failure(kind: kind, message: error.description)
    }

    private static func connect(_ error: ConnectError) -> Failure {
        let kind: Class
        switch error {
        case .refused: kind = .noServer
        case .noNetwork: kind = .noNetwork
        case .noRoute: kind = .noRoute
        case .timedOut: kind = .timeout
        case .cancelled: kind = .interrupted
        case .lookup(let error): return lookup(error)
        case .noProtocol, .system: kind = .other
        }
        return Failure(kind: kind, message: error.description)
    }

    private static func http(_ error: HTTPError) -> Failure {
        let kind: Class
        var status: Int?
        switch error {
        case .timeout: kind = .timeout
        case .truncated, .noResponse, .closed: kind = .connectionLost
        case .status(let code, _):
            kind = .httpStatus
            status = code
        case .tooManyRedirects: kind = .tooManyRedirects
        case .bodyTooLarge: kind = .tooLarge
        case .invalidURL, .unsupportedScheme: kind = .badURL
        default: kind = .badResponse
        }
        return Failure(kind: kind, message: error.description, status: status)
    }
}
