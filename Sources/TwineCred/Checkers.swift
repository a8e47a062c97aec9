public import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Names and passwords in memory.
public final class InMemoryChecker: CredentialsChecker {
    private var passwords: [String: String]

    /// Makes a checker.
    ///
    /// - Parameter passwords: The passwords, by name.
    public init(_ passwords: [String: String] = [:]) { self.passwords = passwords }

    /// Adds a name, or changes its password.
    public func add(_ username: String, password: String) { passwords[username] = password }

    /// See ``CredentialsChecker``.
    public var kinds: [Credentials.Type] { [PasswordCredentials.self] }

    /// See ``CredentialsChecker``.
    public func check(_ credentials: Credentials) -> Deferred<String> {
        guard let credentials = credentials as? PasswordCredentials,
            // A name that is unknown takes as long as one that is known.
            credentials.matches(password: passwords[credentials.username] ?? "\u{0}"),
            passwords[credentials.username] != nil
        else { return fail(LoginError.unauthorized) }
        return succeed(credentials.username)
    }
}

/// Asks a function about names and passwords.
public final class FunctionChecker: CredentialsChecker {
    private let body: @Reactor (UsernamePassword) -> Deferred<Bool>

    /// Makes a checker.
    ///
    /// - Parameter body: Whether a name and a password are right.
    public init(_ body: @escaping @Reactor (UsernamePassword) -> Deferred<Bool>) {
        self.body = body
    }

    /// See ``CredentialsChecker``.
    public var kinds: [Credentials.Type] { [UsernamePassword.self] }

    /// See ``CredentialsChecker``.
    public func check(_ credentials: Credentials) -> Deferred<String> {
        guard let credentials = credentials as? UsernamePassword else {
            return fail(LoginError.unauthorized)
        }
        return body(credentials).addCallback { isRight in
            guard isRight else { throw LoginError.unauthorized }
            return credentials.username
        }
    }
}

/// Names and passwords in a file with a line `name:password` each, as htpasswd writes them.
///
/// A file that is not there, or cannot be read, lets nobody in. It is read anew when it has changed.
/// Lines that are empty or begin with `#` are skipped, and what follows a second colon, as in
/// passwd(5).
public final class PasswordFileChecker: CredentialsChecker {
    private let path: String
    private let ignoresCase: Bool
    private let isHashed: Bool
    private var entries: [String: String] = [:]
    private var facts: OpenFile.Facts?

    /// Makes a checker; the file is read when somebody logs in.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - ignoresCase: Whether `Name` and `name` are the same.
    ///   - isHashed: Whether the passwords are hashes as of htpasswd or crypt(3); otherwise they are
    ///     there as they are.
    public init(_ path: String, ignoresCase: Bool = false, isHashed: Bool = true) {
        self.path = path
        self.ignoresCase = ignoresCase
        self.isHashed = isHashed
    }

    /// See ``CredentialsChecker``: where passwords are hashed, they must be shown.
    public var kinds: [Credentials.Type] {
        isHashed ? [UsernamePassword.self] : [PasswordCredentials.self]
    }

    /// See ``CredentialsChecker``.
    public func check(_ credentials: Credentials) -> Deferred<String> {
        read()
        let name = ignoresCase ? credentials.username.lowercased() : credentials.username
        let entry = entries[name]
        guard isHashed else {
            guard let entry, let credentials = credentials as? PasswordCredentials,
                credentials.matches(password: entry)
            else { return fail(LoginError.unauthorized) }
            return succeed(name)
        }
        guard let entry, let password = (credentials as? UsernamePassword)?.password else {
            return fail(LoginError.unauthorized)
        }
        // Hashes are slow on purpose.
        return deferToThread { PasswordHash.matches(password, entry) }.addCallback { isRight in
            guard isRight else { throw LoginError.unauthorized }
            return name
        }
    }

    private func read() {
        guard let file = try? OpenFile(path), file.facts.kind == .file,
            file.facts.size <= Self.largestFile
        else {
            entries = [:]
            facts = nil
            return
        }
        guard file.facts != facts else { return }
        facts = file.facts
        entries = [:]
        let octets = (try? file.read(at: 0, file.facts.size)) ?? []
        for line in octets.split(separator: 10) {
            let text = String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard !text.hasPrefix("#"), parts.count >= 2, !parts[0].isEmpty else { continue }
            let name = String(parts[0])
            entries[ignoresCase ? name.lowercased() : name] = String(parts[1])
        }
    }

    private static let largestFile = 64 << 20
}
