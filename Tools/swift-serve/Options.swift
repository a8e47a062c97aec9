import ArgumentParser
import ToolKit
import ToolOptions
import Twine

/// What was typed.
struct SwiftServe: Tool {
    static let configuration = CommandConfiguration(
        commandName: "swift-serve",
        abstract: "Serve the files of a folder by HTTP.",
        usage: "swift-serve [OPTION]... [FOLDER]",
        discussion: """
            Without FOLDER it is the present one, at port 8000 of all addresses. Clients may ask for \
            parts, and are told when they have the latest; folders are listed.
            """,
        version: "swift-serve 0.1.0")

    @Argument(help: "What to serve.")
    var folder = "."

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The port (default: 8000; 8443 with TLS).", valueName: "n"))
    var port: UInt16?
    @Option(
        name: .shortAndLong, help: ArgumentHelp("The address to listen at.", valueName: "address"))
    var bind: String?
    @Option(
        help: ArgumentHelp(
            "Where else, or in place of these, to listen: an endpoint as of twine(7).",
            valueName: "endpoint"))
    var listen: [String] = []

    @Flag(help: "Speak HTTPS, with a certificate made on the spot unless one is given.")
    var tls = false
    @Option(help: ArgumentHelp("The certificate, with its chain, as PEM.", valueName: "file"))
    var certificate: String?
    @Option(help: ArgumentHelp("The certificate's key, as PEM.", valueName: "file"))
    var privateKey: String?

    @Option(
        help: ArgumentHelp(
            "Let nobody in but this user; may be given several times.", valueName: "name:password"))
    var user: [String] = []
    @Option(help: ArgumentHelp("Let in the users of this file.", valueName: "file"))
    var htpasswd: String?

    @Flag(help: "Take files by PUT.")
    var upload = false
    @Option(help: ArgumentHelp("The most that one PUT may bring, as 500M.", valueName: "octets"))
    var maxUpload = OctetCount(1 << 30)

    @Flag(help: "No lists of folders.")
    var noListing = false
    @Flag(help: "Serve what begins with a dot, too.")
    var hidden = false
    @Flag(help: "Let symbolic links lead out of the folder.")
    var followLinks = false
    @Flag(help: "Let pages of other origins read the answers (CORS).")
    var cors = false

    @Option(help: ArgumentHelp("Wait so long before each answer.", valueName: "ms"))
    var latency = 0
    @Option(
        help: ArgumentHelp(
            "Octets a second in each direction of a connection, as 500k.", valueName: "octets"))
    var rate: OctetCount?
    @Option(help: ArgumentHelp("How long answers may take after SIGTERM.", valueName: "s"))
    var drain = 10.0

    @Flag(help: "Print a JSON object for each request and port in place of a line.")
    var json = false
    @Flag(name: .shortAndLong, help: "Print no lines about requests, nor where it listens.")
    var quiet = false

    func validate() throws {
        guard (certificate == nil) == (privateKey == nil) else {
            throw ValidationError("--certificate and --private-key need each other.")
        }
        guard latency >= 0 else { throw ValidationError("--latency must be at least 0.") }
        guard rate?.octets ?? 1 >= 1 else { throw ValidationError("--rate must be at least 1.") }
        guard drain >= 0, drain.isFinite else {
            throw ValidationError("--drain must be a number of seconds.")
        }
        if let bind, IPAddress(bind) == nil {
            throw ValidationError("--bind \(bind) is not an IP address.")
        }
        for entry in user where !(entry.contains(":") && !entry.hasPrefix(":")) {
            throw ValidationError("--user \(entry) is not a name, a colon and a password.")
        }
    }

    /// Whether it speaks HTTPS.
    var isSecure: Bool { tls || certificate != nil }

    func work() -> ExitStatus { Server.run(self) }
}

extension ExitStatus {
    /// It cannot listen where it should.
    static let cannotListen = Self(rawValue: 1)
}
