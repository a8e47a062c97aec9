import HTTPTypes
import TwineCore
import TwineHTTP
import TwineTLS

/// What happens to one URL, over all of its requests, for the record of it.
@Reactor
final class TransferNotes {
    /// What was counted of requests that are over.
    struct Counts {
        /// Connections that were made.
        var connects = 0
        /// Octets of heads that came.
        var header = 0
        /// Octets that were sent.
        var request = 0

        static func + (left: Self, right: Self) -> Self {
            Counts(
                connects: left.connects + right.connects, header: left.header + right.header,
                request: left.request + right.request)
        }
    }

    /// The URL that was asked for.
    let asked: WgetURL
    /// When its turn came.
    let began = Reactor.clock.seconds()
    /// The last request.
    private(set) var steps: Steps?
    private(set) var request: HTTPClient.Request?
    private(set) var url: WgetURL?
    private(set) var usesProxy = false
    private(set) var version: HTTPVersion?
    private var former = Counts()
    private(set) var attempts = 0
    private(set) var redirects = 0
    /// How long the redirects took.
    private(set) var redirectTime: Double?
    /// Octets of content that came, of all tries.
    private(set) var received = 0
    /// Octets that were there before the first try.
    private(set) var resumedFrom = 0
    /// What the content was put into.
    private(set) var path: Octets?
    /// Connections that brought the file's parts.
    private(set) var segments = 1
    /// What was wrong the last time.
    private(set) var failure: RetrievalFailure?
    private(set) var reason: String?
    private(set) var isTimeout = false
    /// What was wrong with a certificate the last time.
    private(set) var distrust: TLSError?

    init(_ asked: WgetURL) { self.asked = asked }

    /// All that was counted.
    var counts: Counts { former + (steps?.counts ?? Counts()) }

    /// A try begins.
    func tries() { attempts += 1 }

    /// A request goes out.
    func asks(
        _ request: HTTPClient.Request, for url: WgetURL, _ steps: Steps, usesProxy: Bool
    ) {
        former = counts
        self.steps = steps
        self.url = url
        self.request = request
        self.usesProxy = usesProxy
        version = nil
        reason = nil
        isTimeout = false
        distrust = nil
    }

    /// The head of a reply has come.
    func replied(_ response: HTTPClient.Response) { version = response.framing.version }

    /// Content goes into a file, or to standard output.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - place: Where in it.
    func saves(to path: Octets, from place: Int) {
        if self.path == nil { resumedFrom = place }
        self.path = path
    }

    /// Content has come.
    func receives(_ octets: Int) { received += octets }

    /// The file comes in parts.
    ///
    /// - Parameters:
    ///   - connections: How many connections brought some.
    ///   - counts: What they did, without the first.
    func comesInParts(_ connections: Int, _ counts: Counts) {
        segments = max(segments, connections)
        former = former + counts
    }

    /// The server has sent on to another URL.
    func isRedirected() {
        redirects += 1
        redirectTime = Reactor.clock.seconds() - began
        attempts = 0
    }

    /// Something went wrong; another try may follow.
    func fails(_ failure: RetrievalFailure, _ reason: String? = nil) {
        self.failure = failure
        if let reason { self.reason = reason }
    }

    /// A request came to nothing.
    func fails(by error: any Error) {
        reason = FailureText.reason(error)
        isTimeout = FailureText.isTimeout(error)
        distrust = error as? TLSError
    }
}

extension FailureText {
    /// Whether waiting was in vain.
    static func isTimeout(_ error: any Error) -> Bool {
        switch error {
        case HTTPError.timeout, ConnectError.timedOut, LookupError.timedOut,
            ConnectError.lookup(LookupError.timedOut):
            true
        default: false
        }
    }

    /// Why a request came to nothing, in the words that suit it.
    static func reason(_ error: any Error) -> String {
        switch error {
        case is LookupError, ConnectError.lookup: lookup(error)
        case is ConnectError, is CannotListenError: connect(error)
        default: read(error)
        }
    }
}
