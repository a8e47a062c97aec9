import CPSL

/// The domains in which anybody may get a name, such as `com`, `co.uk` and `github.io`.
///
/// No cookie may be for all of one. Names that the list does not know end in a public suffix of one
/// label, as `example.test` and `localhost` do. A value may be used by several threads.
///
/// The list of publicsuffix.org, by libpsl.
@safe
public final class PublicSuffixes: Sendable {
    // libpsl only reads it. Where there is none, as with a libpsl that has none built in, it takes every
    // name for a public suffix.
    private nonisolated(unsafe) let list: OpaquePointer?

    /// The newest list that the system has: a file's, or the one that is built into libpsl.
    ///
    /// It is read when it is first asked for, which takes some 0.1 ms.
    public static let system = PublicSuffixes()

    private init() {
        unsafe list = psl_latest(nil) ?? psl_builtin()
    }

    /// Reads a list from a file; nil if the file cannot be read.
    ///
    /// - Parameter path: A file of rules, as publicsuffix.org has it, or compiled to a DAFSA.
    public init?(file path: String) {
        guard !path.utf8.contains(0), let list = unsafe psl_load_file(path) else { return nil }
        unsafe self.list = list
    }

    deinit {
        unsafe psl_free(list)
    }

    /// Tells whether a name is a public suffix, for which nobody may speak alone.
    ///
    /// - Parameter domain: A name in letters of any case, in Unicode or in the form of DNS (`xn--…`); no
    ///   address.
    /// - Returns: Whether it is; also true for what is no name, for one of its labels is empty.
    public func isPublicSuffix(_ domain: String) -> Bool {
        guard let name = Self.normal(domain) else { return true }
        return unsafe psl_is_public_suffix(list, name) != 0
    }

    /// The part of a name that somebody has registered: a public suffix and one label before it.
    ///
    /// - Parameter domain: A name, as ``isPublicSuffix(_:)`` takes it.
    /// - Returns: The part in small letters; nil for a public suffix and for what is no name.
    public func registrableDomain(of domain: String) -> String? {
        guard let name = Self.normal(domain) else { return nil }
        return unsafe name.withCString { start in
            guard let part = unsafe psl_registrable_domain(list, start) else { return nil }
            return unsafe String(cString: part)
        }
    }

    /// The name as libpsl wants it: in small letters, without the root's dot.
    private static func normal(_ domain: String) -> String? {
        var name = domain.lowercased()
        if name.utf8.last == UInt8(ascii: ".") { name.removeLast() }
        let labels = name.utf8.split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.allSatisfy({ !$0.isEmpty }), !name.utf8.contains(0) else { return nil }
        return name
    }
}
