import COpenSSL

/// Random numbers of TLS, which the system seeds well; a file may add to that (`--random-file`).
enum RandomSeed {
    /// More of a file adds nothing, in octets.
    private static let limit = 16_384

    /// Adds a file's octets; one that cannot be read adds none, which does no harm.
    static func add(_ path: Octets) { _ = unsafe RAND_load_file(path.cString, limit) }
}
