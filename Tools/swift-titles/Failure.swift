import ToolKit

/// Why a blog has no title: the questions that the founding article left open, each with a class of
/// its own.
struct Failure: Error, Equatable {
    /// What went wrong; its raw value is the `error` of the JSON output.
    enum Class: String, CaseIterable {
        case noNetwork = "no-network"
        case noDNS = "no-dns"
        case noSuchName = "no-such-name"
        case noRoute = "no-route"
        case noServer = "no-server"
        case connectionLost = "connection-lost"
        case timeout = "timeout"
        case distrust = "tls-distrust"
        case httpStatus = "http-status"
        case noArticle = "no-article"
        case noTitle = "no-title"
        case badURL = "bad-url"
        case badResponse = "bad-response"
        case tooManyRedirects = "too-many-redirects"
        case tooLarge = "too-large"
        case interrupted = "interrupted"
        case other = "other"

        /// The exit status when every blog failed, and all for this reason.
        var exitStatus: ExitStatus {
            switch self {
            case .noNetwork: ExitStatus(rawValue: 10)
            case .noDNS: ExitStatus(rawValue: 11)
            case .noSuchName: ExitStatus(rawValue: 12)
            case .noRoute: ExitStatus(rawValue: 13)
            case .noServer: ExitStatus(rawValue: 14)
            case .connectionLost: ExitStatus(rawValue: 15)
            case .timeout: ExitStatus(rawValue: 16)
            case .distrust: ExitStatus(rawValue: 17)
            case .httpStatus: ExitStatus(rawValue: 18)
            case .noArticle: ExitStatus(rawValue: 19)
            case .noTitle: ExitStatus(rawValue: 20)
            case .interrupted: .interrupted
            case .badURL, .badResponse, .tooManyRedirects, .tooLarge, .other: .severalCauses
            }
        }
    }

    let kind: Class
    /// One line for people.
    let message: String
    /// The HTTP status, when there was one.
    var status: Int?
    /// How long the server asked to wait before the next try, in seconds.
    var retryAfter: Double?

    /// Whether the same request may succeed a little later.
    var isTransient: Bool {
        switch kind {
        case .connectionLost, .timeout: true
        case .httpStatus: [408, 425, 429, 500, 502, 503, 504].contains(status)
        default: false
        }
    }
}

extension ExitStatus {
    /// All failed, for different reasons or for one without a status of its own.
    static let severalCauses = ExitStatus(rawValue: 21)
}
