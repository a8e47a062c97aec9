extension Netrc {
    /// A user's name and password for a machine.
    public struct Login: Equatable, Sendable {
        /// The name, which may be empty.
        public var user: String
        /// The password; nil where the file has none.
        public var password: String?

        /// Makes a login.
        public init(user: String, password: String? = nil) {
            self.user = user
            self.password = password
        }
    }

    /// Whose rules of looking up hold.
    public enum Lookup: Sendable {
        /// An entry for the machine and the user, also one that names no user; then `default`.
        case curl
        /// The first entry for the machine that names a user, never `default`: wget sends to a machine
        /// over HTTP what was written for that machine only.
        case wget
    }

    /// Looks for a name and a password for a machine.
    ///
    /// - Parameters:
    ///   - machine: The host, in letters of any case.
    ///   - user: The name that is known already, as from a URL.
    ///   - lookup: Whose rules hold.
    /// - Returns: The login; nil if the file says nothing about the machine, or of that user.
    public func login(
        for machine: String, user: String? = nil, by lookup: Lookup = .curl
    ) -> Login? {
        let name = machine.withSmallLetters()
        let named = entries.filter { $0.machine?.withSmallLetters() == name }
        switch lookup {
        case .wget:
            guard let entry = named.first(where: { $0.login != nil }), let login = entry.login
            else { return nil }
            guard let user else { return Login(user: login, password: entry.password) }
            return user == login ? Login(user: user, password: entry.password) : nil
        case .curl:
            for entry in named + entries.filter({ $0.machine == nil }) {
                guard let user else {
                    guard entry.login != nil || entry.password != nil else { continue }
                    return Login(user: entry.login ?? "", password: entry.password)
                }
                if entry.password != nil, entry.login == nil || entry.login == user {
                    return Login(user: user, password: entry.password)
                }
            }
            return nil
        }
    }
}
