/// What a command line is read in: the environment, and the files that it names.
///
/// It is handed over, so that tests need neither.
struct Surroundings: Sendable {
    /// What reading a file came to.
    enum FileText: Sendable, Equatable {
        case text([UInt8])
        /// There is no such file, it is none of text, or it may not be read.
        case absent(reason: String)
        /// It is there, but reading failed.
        case unreadable(reason: String)
    }

    /// What the program was called by.
    var program = "swift-wget"
    var environment = Environment()
    var home: Octets?
    var readFile: @Sendable (Octets) -> FileText = { _ in
        .absent(reason: "No such file or directory")
    }
    /// Whether there is a file that can be read.
    var exists: @Sendable (Octets) -> Bool = { _ in false }

    /// The file that holds for everybody on a system.
    static let systemFile: Octets = "/etc/wgetrc"
}
