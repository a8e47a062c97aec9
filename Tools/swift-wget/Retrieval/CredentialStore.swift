import TwineHTTP

/// Who this is to servers.
struct CredentialStore {
    private let http: Settings.HTTP
    /// What a program said about servers; for all others that it was asked for a URL that is followed.
    private var asked: [Place: Login] = [:]
    private var general: Login?
    private let netrc: Netrc?
    var authenticator = HTTPAuthenticator(memory: .wget)
    var proxyAuthenticator = HTTPAuthenticator(role: .proxy)

    init(_ http: Settings.HTTP, netrc: Netrc?) {
        self.http = http
        self.netrc = netrc
    }

    /// A user and a password.
    struct Login: Equatable {
        var user: String
        var password: String
    }

    private struct Place: Hashable {
        var scheme: WgetURL.Scheme
        var host: [UInt8]
        var port: Int

        init(_ url: WgetURL) {
            scheme = url.scheme
            host = url.host
            port = url.port
        }
    }

    /// Takes what a program said about a URL's server.
    ///
    /// - Parameters:
    ///   - login: User and password.
    ///   - url: The URL.
    ///   - isGeneral: Whether it holds for other servers too, which links lead to.
    mutating func learn(_ login: Login, for url: WgetURL, isGeneral: Bool) {
        asked[Place(url)] = login
        if isGeneral { general = login }
    }

    /// What proves who this is to a server: what the URL says, then the options, then `.netrc`.
    func credentials(for url: WgetURL) -> HTTPCredentials? {
        if let token = http.bearerToken { return .bearer(token) }
        let (user, given) = said(of: url)
        var password = given
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

    /// What the URL, a program and the options say.
    private func said(of url: WgetURL) -> (user: String?, password: String?) {
        let named = url.user.map { String(decoding: $0, as: UTF8.self) }
        var asked = asked[Place(url)] ?? general
        if let named, named != asked?.user { asked = nil }
        let user = named ?? asked?.user ?? http.httpUser ?? http.user
        let password =
            url.password.map { String(decoding: $0, as: UTF8.self) } ?? asked?.password
            ?? http.httpPassword ?? http.password
        return (user, password)
    }

    /// Whether it is looked up in `.netrc` who this is to a server.
    func looksIntoNetrc(for url: WgetURL) -> Bool {
        guard http.bearerToken == nil, http.usesNetrc, netrc != nil else { return false }
        let (user, password) = said(of: url)
        return user == nil || password == nil
    }

    /// Whether what proves who this is goes with the first request, unasked.
    func goesUnasked(for url: WgetURL) -> Bool {
        http.authenticatesUnasked || http.bearerToken != nil
    }
}
