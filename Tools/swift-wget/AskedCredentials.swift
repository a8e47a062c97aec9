import TwineCore

/// What a program says users and passwords are (`--use-askpass`), asked once for each host and user.
@Reactor
final class AskedCredentials {
    private struct Place: Hashable {
        var scheme: WgetURL.Scheme
        var host: [UInt8]
        var port: Int
        var user: String?
    }

    private let program: Octets
    private var known: [Place: CredentialStore.Login] = [:]
    /// One question at a time: a person answers them.
    private let lock = DeferredLock()

    /// Prepares to ask; nil when no program is to be asked.
    init?(_ settings: Settings.HTTP) {
        guard let program = settings.askpass else { return nil }
        self.program = program
    }

    /// The user and password of a URL's server; nil when the URL has them.
    ///
    /// - Throws: Why the program has no answer.
    func login(
        for url: WgetURL
    ) async throws(CredentialPrompt.Failure) -> CredentialStore.Login? {
        var named = url.user.map { String(decoding: $0, as: UTF8.self) }
        if named?.isEmpty == true { named = nil }
        if named != nil, url.password?.isEmpty == false { return nil }
        let place = Place(scheme: url.scheme, host: url.host, port: url.port, user: named)
        try? await lock.acquire().value
        defer { lock.release() }
        if let login = known[place] { return login }
        let host = String(decoding: url.host, as: UTF8.self)
        let scheme = url.scheme.rawValue
        if named == nil {
            named = try await ask(
                CredentialPrompt.question(scheme: scheme, host: host, user: nil))
        }
        let user = named ?? ""
        let password = try await ask(
            CredentialPrompt.question(scheme: scheme, host: host, user: user))
        let login = CredentialStore.Login(user: user, password: password)
        known[place] = login
        return login
    }

    /// The program may wait for a person, so it is waited for on a thread.
    private func ask(_ question: String) async throws(CredentialPrompt.Failure) -> String {
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
        case .success(let octets): return octets.description
        case .failure(let failure): throw failure
        case nil: throw .answer(program: program.description, question: question, nil)
        }
    }
}
