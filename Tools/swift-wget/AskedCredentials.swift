import TwineCore

/// What a program says users and passwords are (`--use-askpass`), asked once for each host and user.
@Reactor
final class AskedCredentials {
    private struct Place: Hashable {
        var scheme: WgetURL.Scheme
        var host: [UInt8]
        var port: Int
        var user: [UInt8]?
    }

    private let program: Octets
    private var known: [Place: (user: [UInt8], password: [UInt8])] = [:]
    /// One question at a time: a person answers them.
    private let lock = DeferredLock()

    /// Prepares to ask; nil when no program is to be asked.
    init?(_ settings: Settings.HTTP) {
        guard let program = settings.askpass else { return nil }
        self.program = program
    }

    /// A URL with the user and password that it lacks.
    ///
    /// - Throws: Why the program has no answer.
    func completed(_ url: WgetURL) async throws(CredentialPrompt.Failure) -> WgetURL {
        let hasUser = url.user?.isEmpty == false
        if hasUser, url.password?.isEmpty == false { return url }
        let place = Place(
            scheme: url.scheme, host: url.host, port: url.port, user: hasUser ? url.user : nil)
        try? await lock.acquire().value
        defer { lock.release() }
        let answer: (user: [UInt8], password: [UInt8])
        if let found = known[place] {
            answer = found
        } else {
            let host = String(decoding: url.host, as: UTF8.self)
            let scheme = url.scheme.rawValue
            let user: [UInt8]
            if let named = place.user {
                user = named
            } else {
                user = try await ask(
                    CredentialPrompt.question(scheme: scheme, host: host, user: nil))
            }
            let name = String(decoding: user, as: UTF8.self)
            let password =
                try await ask(
                    CredentialPrompt.question(scheme: scheme, host: host, user: name))
            answer = (user, password)
            known[place] = answer
        }
        var url = url
        url.user = answer.user
        url.password = answer.password
        return url
    }

    /// The program may wait for a person, so it is waited for on a thread.
    private func ask(_ question: String) async throws(CredentialPrompt.Failure) -> [UInt8] {
        let program = program
        let answer = try? await deferToThread {
            () -> Result<Octets, CredentialPrompt.Failure> in
            do throws(CredentialPrompt.Failure) {
                return .success(try CredentialPrompt.ask(program, question))
            } catch {
                return .failure(error)
            }
        }.value
        switch answer {
        case .success(let octets): return octets.bytes
        case .failure(let failure): throw failure
        case nil: throw .answer(program: program.description, question: question, nil)
        }
    }
}
