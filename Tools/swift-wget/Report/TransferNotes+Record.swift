import HTTPTypes
import TwineCore
import TwineHTTP
import TwineTLS

extension TransferNotes {
    /// The record of the URL, which is done.
    ///
    /// - Parameters:
    ///   - file: What became of it.
    ///   - isSpider: Whether nothing was to be saved.
    /// - Returns: All that is known; digests are the caller's to add.
    func record(of file: RetrievedFile, isSpider: Bool) -> TransferRecord {
        var record = TransferRecord(asked.text(.shown))
        record.effectiveURL = (url ?? file.url).text(.shown)
        record.redirects = redirects
        record.retries = max(0, attempts - 1)
        addRequest(to: &record)
        addConnection(to: &record)
        addReply(to: &record)
        record.times = times()
        record.sizeDownload = received
        record.sizeHeader = counts.header
        record.sizeRequest = counts.request
        record.connects = counts.connects
        record.segments = segments
        record.resumedFrom = resumedFrom
        record.isUnchanged = file.isSuccess && path == nil && file.path != nil && !isSpider
        if path != "-", !file.isTemporary {
            record.file = (path ?? (record.isUnchanged ? file.path : nil)).map { "\($0)" }
        }
        if let (digest, isRight) = file.checksum {
            record.check = isRight ? .passed : .failed
            if let digest { record.digests = [(digest.algorithm.rawValue, digest.hexadecimal)] }
        }
        if let failure = file.failure { addFailure(failure, to: &record) }
        return record
    }

    private func addRequest(to record: inout TransferRecord) {
        guard let request else { return }
        record.method = request.method.rawValue
        record.referer = request.fields[.referer]
        record.usesProxy = usesProxy
    }

    private func addConnection(to record: inout TransferRecord) {
        let distrust = steps?.agreement?.distrust.last ?? distrust
        record.verifyResult = distrust?.verifyResult ?? 0
        guard let steps, let peer = steps.peer else { return }
        record.scheme = request?.url.scheme
        record.remote = Self.end(peer)
        record.local = steps.local.flatMap(Self.end)
        record.tlsVersion = steps.agreement?.version
        record.tlsCipher = steps.agreement?.cipher
        record.certificates = steps.agreement?.chain ?? []
        record.connectStatus = steps.connectStatus
    }

    private static func end(_ address: SocketAddress) -> TransferRecord.End? {
        guard case .ip(let ip, let port) = address else { return nil }
        return TransferRecord.End(address: "\(ip)", port: Int(port))
    }

    private func addReply(to record: inout TransferRecord) {
        guard let steps, let reply = steps.reply else { return }
        record.status = reply.status.code
        record.fields = reply.headerFields.map {
            TransferRecord.Field(name: $0.name.rawName, value: $0.value)
        }
        record.httpVersion = version.map { "1.\($0.minor)" }
        record.sizeUpload = steps.uploaded
        let isRedirect = [301, 302, 303, 307, 308].contains(record.status)
        if isRedirect, let location = reply.headerFields[.location] {
            record.redirectURL = WebURL(location, base: request?.url)?.serialization
        }
    }

    private func times() -> TransferRecord.Times {
        var times = TransferRecord.Times()
        times.total = Reactor.clock.seconds() - began
        times.redirect = redirectTime
        guard let steps = steps?.times else { return times }
        let since = { [began] (time: Double?) in time.map { $0 - began } }
        times.nameLookup = since(steps.resolved)
        times.connect = since(steps.connected)
        times.appConnect = since(steps.secured)
        times.preTransfer = since(steps.sending)
        times.postTransfer = since(steps.requested)
        times.startTransfer = since(steps.answered)
        return times
    }

    // MARK: Failures

    private func addFailure(_ failure: RetrievalFailure, to record: inout TransferRecord) {
        record.exitStatus = Int(failure.status)
        // What ended the last try is what went wrong, not that tries have an end.
        let cause = failure == .triesUsedUp ? self.failure ?? failure : failure
        record.failure = isTimeout && cause.isOfNetwork ? .timeout : cause.kind
        record.message = reason ?? cause.text ?? status(record.status)
    }

    private func status(_ code: Int) -> String? {
        guard code > 0, let reply = steps?.reply else { return nil }
        let reason = reply.status.reasonPhrase
        return reason.isEmpty ? "status \(code)" : "\(code) \(reason)"
    }
}

extension TransferRecord {
    /// The record of what was not asked for at all.
    init(_ url: Octets, _ failure: RetrievalFailure, _ message: String) {
        self.init("\(url)")
        exitStatus = Int(failure.status)
        self.failure = failure.kind
        self.message = message
    }
}

extension RetrievalFailure {
    /// Whether waiting in vain may be why.
    fileprivate var isOfNetwork: Bool {
        switch self {
        case .hostUnknown, .connectFailed, .connectImpossible, .notSecure, .noReply, .replyBroken,
            .readFailed, .triesUsedUp:
            true
        default: false
        }
    }

    /// What kind of failure it is.
    var kind: TransferRecord.Failure {
        switch self {
        case .urlInvalid, .schemeUnsupported, .metalinkInvalid: .usage
        case .hostUnknown: .nameLookup
        case .connectFailed, .connectImpossible, .proxyFailed, .tunnelRefused: .connect
        case .notSecure, .notTrusted, .tlsUnusable: .tls
        case .noReply, .replyBroken, .readFailed, .rangeWrong, .triesUsedUp: .protocolError
        case .statusWrong, .gatewayTimedOut: .status
        case .redirectedTooOften: .redirect
        case .cannotOpen, .cannotWrite, .fileAppeared, .fileBusy, .bodyFileMissing, .archiveFailed:
            .file
        case .authenticationFailed, .challengeUnsupported: .authentication
        case .checksumWrong: .checksum
        case .partMissing: .content
        }
    }

    /// What went wrong, for people to read, where no more is known; nil where the reply's status says it.
    fileprivate var text: String? {
        switch self {
        case .urlInvalid: "not a URL"
        case .schemeUnsupported: "the scheme is not supported"
        case .hostUnknown: "the host has no address"
        case .connectFailed, .connectImpossible: "cannot connect"
        case .notSecure: "no TLS"
        case .notTrusted: "the certificate is not trusted"
        case .tlsUnusable: "a file of certificates or keys cannot be used"
        case .noReply: "the server closed the connection without a reply"
        case .replyBroken: "the reply cannot be read"
        case .readFailed, .triesUsedUp: "the connection was closed before all had come"
        case .statusWrong, .gatewayTimedOut: nil
        case .rangeWrong: "the server sent another part than was asked for"
        case .redirectedTooOften: "too many redirects"
        case .proxyFailed: "the proxy cannot be used"
        case .tunnelRefused: "the proxy refuses to connect"
        case .cannotOpen, .cannotWrite: "the file cannot be written"
        case .fileAppeared: "the file has sprung into existence"
        case .fileBusy: "another program writes the file"
        case .authenticationFailed: "user or password is wrong, or not known"
        case .challengeUnsupported: "the server wants another kind of proof"
        case .bodyFileMissing: "the file to send cannot be read"
        case .checksumWrong: "the file does not have its checksum"
        case .archiveFailed: "the archive cannot be written"
        case .metalinkInvalid: "the Metalink cannot be read, or names nothing to retrieve"
        case .partMissing: "the page has not what was to be printed of it"
        }
    }
}

extension TLSError {
    /// The number by which OpenSSL's programs tell what is wrong with a certificate (verify(1)); 1 where
    /// it has none, and 0 of what is no certificate's fault.
    fileprivate var verifyResult: Int {
        switch self {
        case .notYetValid: 9
        case .expired: 10
        case .selfSigned: 18
        case .unknownIssuer: 20
        case .revoked: 23
        case .wrongHost: 62
        case .untrusted: 1
        default: 0
        }
    }
}
