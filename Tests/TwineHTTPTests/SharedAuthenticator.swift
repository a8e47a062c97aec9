import HTTPTypes

@testable import TwineHTTP

/// An authenticator that expectations can call, which they cannot what changes a value.
final class SharedAuthenticator {
    private var authenticator: HTTPAuthenticator

    init(_ authenticator: HTTPAuthenticator) { self.authenticator = authenticator }

    func answer(
        to challenges: [AuthenticationChallenge], for request: HTTPAuthenticator.Request,
        with credentials: HTTPCredentials, refused: HTTPAuthenticator.Answer? = nil,
        remembers: Bool = true
    ) -> HTTPAuthenticator.Answer? {
        authenticator.answer(
            to: challenges, for: request, with: credentials, refused: refused, remembers: remembers)
    }

    func answerAtOnce(for request: HTTPAuthenticator.Request) -> HTTPAuthenticator.Answer? {
        authenticator.answerAtOnce(for: request)
    }

    func responseReceived(
        _ fields: HTTPFields, to answer: HTTPAuthenticator.Answer,
        for request: HTTPAuthenticator.Request
    ) -> Bool { authenticator.responseReceived(fields, to: answer, for: request) }
}
