/// All that is known of one URL's transfer when it is done, for `--write-out` and `--json`.
///
/// Times are seconds from the start; nil is a step that was not taken. Where a request was redirected, times,
/// addresses and the response are those of the last one, as curl tells them.
struct TransferRecord: Sendable {
    /// When each step was done.
    struct Times: Equatable, Sendable {
        /// The name was looked up.
        var nameLookup: Double?
        /// The connection stood.
        var connect: Double?
        /// The TLS handshake was done.
        var appConnect: Double?
        /// The request was about to be sent.
        var preTransfer: Double?
        /// The request was sent, its body included.
        var postTransfer: Double?
        /// The first octet of the response came.
        var startTransfer: Double?
        /// All was done.
        var total: Double?
        /// How long the redirects before the last request took.
        var redirect: Double?
    }

    /// One end of a connection.
    struct End: Equatable, Sendable {
        /// Its IP address.
        var address: String
        /// Its port.
        var port: Int
    }

    /// A field of the response's head.
    struct Field: Equatable, Sendable {
        /// Its name as it came.
        var name: String
        /// Its value.
        var value: String
    }

    /// What kind of failure it was.
    enum Failure: String, Sendable, CaseIterable {
        case usage
        case nameLookup = "name-lookup"
        case connect
        case timeout
        case tls
        case protocolError = "protocol"
        case authentication
        case status
        case redirect
        case file
        case checksum
        /// A page has not what was wanted of it.
        case content
    }

    /// What came of checking the file's digest.
    enum Check: String, Sendable {
        case passed
        case failed
    }

    // MARK: The request

    /// The URL that was asked for.
    var url: String
    /// Its number among all, from 0.
    var number = 0
    /// The URL that was fetched in the end.
    var effectiveURL: String
    /// The method of the last request.
    var method = "GET"
    /// What `Referer` said.
    var referer: String?

    // MARK: The connection

    var times = Times()
    var remote: End?
    var local: End?
    /// The URL's scheme; nil before there was a connection.
    var scheme: String?
    /// The version of HTTP, as `1.1`.
    var httpVersion: String?
    /// The version of TLS, as `TLSv1.3`.
    var tlsVersion: String?
    /// The cipher, by OpenSSL's name.
    var tlsCipher: String?
    /// What is wrong with the server's certificate, by OpenSSL's number; 0 is that all is well.
    var verifyResult = 0
    /// The same of a proxy's.
    var proxyVerifyResult = 0
    /// The certificates that the server sent, as PEM, its own first.
    var certificates: [String] = []
    /// What a proxy answered to CONNECT; 0 for none.
    var connectStatus = 0
    /// Whether a proxy was used.
    var usesProxy = false
    /// Connections that were made.
    var connects = 0

    // MARK: The response

    /// Its status; 0 for none.
    var status = 0
    /// Its fields, in their order.
    var fields: [Field] = []
    /// Where it redirects to, when that was not followed.
    var redirectURL: String?
    /// Redirects that were followed.
    var redirects = 0

    // MARK: Sizes, in octets

    /// Body that came.
    var sizeDownload = 0
    /// Body that was sent.
    var sizeUpload = 0
    /// Heads that came.
    var sizeHeader = 0
    /// Heads and bodies that were sent.
    var sizeRequest = 0

    // MARK: What came of it

    /// The file that it was saved to; nil for none.
    var file: String?
    /// Octets that were there before.
    var resumedFrom = 0
    /// Whether the server said that the file is there as it is.
    var isUnchanged = false
    /// Attempts after the first.
    var retries = 0
    /// Connections that brought the file's parts.
    var segments = 1
    /// Digests of the file, by their names, in small hexadecimal digits.
    var digests: [(name: String, hex: String)] = []
    /// What came of checking one of them; nil where none was to be checked.
    var check: Check?
    /// What was taken out of the page, where it was not saved.
    var parts: PageParts?
    /// What the program's exit status would be for this URL alone.
    var exitStatus = 0
    /// What kind of failure it was; nil for success.
    var failure: Failure?
    /// What went wrong, for people to read.
    var message: String?

    /// Begins the record of a URL.
    init(_ url: String) {
        self.url = url
        effectiveURL = url
    }

    /// The first value of a field.
    ///
    /// - Parameter name: Its name, in any case.
    subscript(_ name: String) -> String? {
        let name = name.lowercased()
        return fields.first { $0.name.lowercased() == name }?.value
    }

    /// Octets of body a second that came.
    var speedDownload: Int { speed(sizeDownload) }

    /// Octets of body a second that were sent.
    var speedUpload: Int { speed(sizeUpload) }

    private func speed(_ octets: Int) -> Int {
        guard let total = times.total, total > 0 else { return octets }
        return Int(min(Double(octets) / total, 1e18))
    }
}
