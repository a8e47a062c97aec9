import TwineHTTP

/// Who this is to servers.
struct CredentialStore {
    private var http: Settings.HTTP
    private let netrc: Netrc?
    var authenticator = HTTPAuthenticator(memory: .wget)
    var proxyAuthenticator = HTTPAuthenticator(role: .proxy)

    init(_ http: Settings.HTTP, netrc: Netrc?) {
        self.http = http
        self.netrc = netrc
    }

    /// Takes an answer for what holds for all URLs that do not say otherwise.
    mutating func assume(user: [UInt8]?, password: [UInt8]?) {
        http.user = user.map { String(decoding: $0, as: UTF8.self) }
        http.password = password.map { String(decoding: $0, as: UTF8.self) }
    }

    /// What proves who this is to a server: what the URL says, then the options, then `.netrc`.
    func credentials(for url: WgetURL) -> HTTPCredentials? {
        if let token = http.bearerToken { return .bearer(token) }
        let user =
            url.user.map { String(decoding: $0, as: UTF8.self) } ?? http.httpUser ?? http.user
        var password =
            url.password.map { String(decoding: $0, as: UTF8.self) } ?? http.httpPassword
            ?? http.password
        if user == nil || password == nil, http.usesNetrc, let netrc,
            let login = netrc.login(
                for: String(decoding: url.host, as: UTF8.self), user: user, by: .wget)
        {
            password = password ?? login.password
            return password.map { .password(user: user ?? login.user, password: $0) }
        }
        guard let user, let password else { return nil }
        return .password(user: user, password: password)
    }

    /// Whether what proves who this is goes with the first request, unasked.
    func goesUnasked(for url: WgetURL) -> Bool {
        http.authenticatesUnasked || http.bearerToken != nil
    }
}
