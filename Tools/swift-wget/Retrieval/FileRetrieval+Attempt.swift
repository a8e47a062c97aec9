import HTTPTypes
import TwineCore
import TwineHTTP
import TwineTLS

// One try: a request, its reply, and the content into the file.
extension FileRetrieval {
    /// Asks once, or twice where the server wants to know who asks.
    func attempt() async -> AttemptEnd {
        reply = nil
        challenge = nil
        atOnce = nil
        received = 0
        seconds = 0
        reading = .whole
        while true {
            let response: HTTPClient.Response
            switch await ask() {
            case .failure(let failure): return .failed(failure)
            case .success(let answer): response = answer
            }
            var reply = ReplyHead(
                response.head, contentLength: length(of: response),
                ignoresLength: settings.http.ignoresLength)
            reply.isDecoded = response.isDecoded
            self.reply = reply
            notes.replied(response)
            learn(from: response)
            if reply.status == 401, let end = await answerChallenge(response) {
                switch end {
                case .again: continue
                case .end(let end): return end
                }
            }
            return await take(response, reply)
        }
    }

    /// How long the content is as it travels; nil if the server does not say.
    private func length(of response: HTTPClient.Response) -> Int? {
        if case .length(let count) = response.framing.body { return count }
        guard response.framing.body == .none else { return nil }
        let said = response.fields[.contentLength].flatMap { Int($0) }
        return isHead ? said : said ?? (response.status.code == 204 ? 0 : nil)
    }

    // MARK: The request

    private func ask() async -> Result<HTTPClient.Response, RetrievalFailure> {
        guard let target = url.plainWebURL else {
            let name = Octets(url.host)
            let shown = name.escaped(session.quotes)
            let again = settings.input.usesIRIs ? "\(shown) (\(shown))" : "\(shown)"
            log.tell(.verbose, "Resolving \(again)... failed: Name or service not known.\n")
            log.tell(
                .notQuiet,
                "\(session.program): unable to resolve host address \(session.quoted(name))\n")
            return .failure(.hostUnknown)
        }
        let proxy = settings.network.usesProxy ? session.proxies.proxy(for: target) : nil
        do throws(RetrievalFailure) {
            if url.scheme == .https || proxy?.kind == .https {
                try session.tlsFiles?.prepare(log)
            }
        } catch {
            return .failure(error)
        }
        session.tellNetrcProblems(for: url)
        let speaksHTTP = proxy.map { $0.kind == .http || $0.kind == .https } ?? false
        let isForwarded = speaksHTTP && url.scheme == .http
        let steps = Steps(session, log, port: url.port, isProxied: speaksHTTP)
        steps.exchange = session.archive.map { WARCExchange($0, url: url.text(.hidden)) }
        let isTunnelled = speaksHTTP && !isForwarded
        steps.expects(
            host: isTunnelled ? nil : proxy?.host, otherwise: url)
        self.steps = steps
        let body: HTTPClient.Request.Body
        do throws(RetrievalFailure) {
            body = try self.body()
        } catch {
            return .failure(error)
        }
        let size: Int? =
            switch body {
            case .none: nil
            case .bytes(let octets): octets.count
            case .stream(let length, _): length
            }
        let fields = requestFields(
            target, forwarder: isForwarded ? proxy : nil, namesProxy: speaksHTTP, bodySize: size)
        var request = HTTPClient.Request(
            target, method: HTTPRequest.Method(isHead ? "HEAD" : method.name) ?? .get,
            fields: fields.fields, body: isHead ? .none : body)
        request.authority = fields.host ?? url.authority
        request.target = url.requestTarget
        request.observer = steps
        let name = url.file
        request.decodes = { !Self.isPacked($0, name) }
        notes.asks(request, for: url, steps, usesProxy: proxy != nil)
        do {
            return .success(try await session.client.request(request).value)
        } catch {
            notes.fails(by: error)
            await endExchange(isWhole: false)
            return .failure(tell(error, steps, proxy))
        }
    }

    private func body() throws(RetrievalFailure) -> HTTPClient.Request.Body {
        switch method.body {
        case nil: return .none
        case .data(let octets): return .bytes(octets.bytes)
        case .file(let path):
            do throws(SystemError) {
                return try BodyFile.body(path)
            } catch {
                log.tell(
                    .notQuiet, "BODY data file \(session.quoted(path)) missing: \(error)\n")
                throw .bodyFileMissing
            }
        }
    }

    /// The fields of a request, and what `--header` says of `Host`.
    private func requestFields(
        _ target: WebURL, forwarder: HTTPProxy?, namesProxy: Bool, bodySize: Int?
    ) -> RequestFields.Finished {
        let credentials =
            settings.http.bearerToken == nil ? session.credentials.credentials(for: url) : nil
        let cookie = session.cookies?.cookieField(for: target, at: LogTime.now)
        // Most requests of a run differ in nothing but their target. All that makes one say more is asked here.
        let isPlain =
            referer == nil && !asksIfModified && restart == 0 && credentials == nil
            && challenge == nil && cookie == nil && !namesProxy && bodySize == nil
            && purpose == nil
        if isPlain, let known = session.plainFields { return known }
        let http = settings.http
        var fields = RequestFields()
        fields.set(.referer, referer?.text(.hidden) ?? http.referer?.description)
        if !http.allowsCache || forwarder != nil && count > 1 {
            fields.set(.cacheControl, "no-cache")
            fields.set("Pragma", "no-cache")
        }
        if asksIfModified, let earlier {
            fields.set(
                .ifModifiedSince, HTTPDate(secondsSince1970: earlier.facts.modified).description)
        }
        if restart > 0 {
            fields.set(.range, "bytes=\(restart)-")
            if let validator { fields.set("If-Range", validator) }
        }
        let agent = http.userAgent?.description ?? "\(session.program)/\(VersionText.version)"
        if !agent.isEmpty { fields.set(.userAgent, agent) }
        fields.set(.accept, "*/*")
        fields.set(.acceptEncoding, Self.codings(http.compression))
        if let credentials {
            // What is asked for later comes in the place of what went unasked.
            if challenge == nil {
                fields.set(.authorization, unasked(target, credentials))
            } else if session.credentials.goesUnasked(for: url) {
                fields.set(.authorization, challenge?.value)
            }
        }
        let keeps = http.keepsAlive && !http.ignoresLength
        fields.set(.connection, keeps ? "Keep-Alive" : "Close")
        if namesProxy, http.keepsAlive { fields.set("Proxy-Connection", "Keep-Alive") }
        fields.set(.proxyAuthorization, forwarder?.basicAuthorization)
        if let size = bodySize, !isHead {
            fields.set(.contentType, "application/x-www-form-urlencoded")
            fields.set(.contentLength, "\(size)")
        }
        fields.set(.cookie, cookie)
        var host: String?
        if let token = http.bearerToken {
            fields.set(.authorization, HTTPCredentials.bearer(token).unchallengedValue)
        }
        for line in http.headers { host = fields.add(line: line) ?? host }
        // As in wget, what answers a challenge comes last.
        fields.set(.authorization, challenge?.value)
        let finished = RequestFields.Finished(fields: fields.fields, host: host)
        if isPlain { session.plainFields = finished }
        return finished
    }

    private static func codings(_ compression: Settings.HTTP.Compression) -> String {
        switch compression {
        case .none: "identity"
        case .auto, .gzip: "gzip"
        case .brotli: "br"
        case .zstd: "zstd"
        }
    }

    /// Whether a reply is a packed file, whatever its server calls it: many say of a `.gz` that its coding
    /// is gzip, and what they mean is the file.
    private static func isPacked(_ reply: HTTPResponse, _ name: [UInt8]) -> Bool {
        let coding = reply.headerFields[.contentEncoding]?.lowercased()
        guard coding == "gzip" || coding == "x-gzip" else { return false }
        let name = String(decoding: name, as: UTF8.self).lowercased()
        if name.hasSuffix(".gz") || name.hasSuffix(".tgz") { return true }
        let type = reply.headerFields[.contentType]?.lowercased().prefix { $0 != ";" && $0 != " " }
        return type == "application/gzip" || type == "application/x-gzip"
    }

    /// What proves who this is, where that is known to be wanted.
    private func unasked(_ target: WebURL, _ credentials: HTTPCredentials) -> String? {
        if session.credentials.goesUnasked(for: url) { return credentials.unchallengedValue }
        guard let request = try? authenticatedRequest(target) else { return nil }
        atOnce = session.credentials.authenticator.answerAtOnce(for: request)
        return atOnce?.value
    }

    /// What a further request says of who this is, after a challenge.
    func authorization(for target: WebURL) -> String? {
        guard let request = try? authenticatedRequest(target) else { return nil }
        return session.credentials.authenticator.answerAtOnce(for: request)?.value
    }

    private func authenticatedRequest(
        _ target: WebURL
    ) throws(HTTPError) -> HTTPAuthenticator.Request {
        let body: HTTPAuthenticator.Body =
            switch method.body {
            case nil: .octets([])
            case .data(let octets): .octets(octets.bytes)
            case .file: .unknown
            }
        return try HTTPAuthenticator.Request(
            target, method: isHead ? "HEAD" : method.name, body: body)
    }

    // MARK: What comes back

    /// Tells why there is no reply.
    private func tell(
        _ error: any Error, _ steps: Steps, _ proxy: HTTPProxy?
    ) -> RetrievalFailure {
        var failure = FailureText.kind(error, retriesRefused: settings.download.retriesRefused)
        // A server that says nothing, or something else, where TLS was to begin does not speak it.
        if steps.isSecuring, failure != .notTrusted { failure = .notSecure }
        switch failure {
        case .hostUnknown:
            let host = proxy?.host ?? String(decoding: url.host, as: UTF8.self)
            log.tell(
                .notQuiet,
                "\(session.program): unable to resolve host address \(session.quoted(host))\n")
        case .noReply: log.tell(.notQuiet, "No data received.\n")
        case .replyBroken:
            if case HTTPError.invalidStatusLine = error {
                log.tell(.verbose, "-1\n")
                log.tell(.notQuiet, "\(LogTime.text()) ERROR -1: Malformed status line.\n")
            } else if steps.times.requested == nil {
                log.tell(.verbose, "\(FailureText.read(error))\n")
            } else {
                log.tell(.notQuiet, "Read error (\(FailureText.read(error))) in headers.\n")
            }
        case .notTrusted: tellDistrust(error)
        case .notSecure:
            if let error = error as? TLSError { log.tell(.notQuiet, "OpenSSL: \(error)\n") }
        case .tunnelRefused:
            if case HTTPError.tunnelRefused(let response) = error {
                log.tell(
                    .notQuiet, "Proxy tunneling failed: \(response.status.reasonPhrase)")
            }
        default: break
        }
        return failure
    }

    private func tellDistrust(_ error: any Error) {
        if case TLSError.wrongKey = error {
            // That would not be let pass either way.
            log.tell(.notQuiet, "The public key does not match pinned public key!\n")
            return
        }
        let host = String(decoding: url.host, as: UTF8.self)
        log.tell(
            .notQuiet,
            "ERROR: cannot verify \(host)'s certificate:\n  \(error)\n"
                + "To connect to \(host) insecurely, use `--no-check-certificate'.\n")
    }

    /// Takes in cookies and who insists on TLS.
    private func learn(from response: HTTPClient.Response) {
        let now = LogTime.now
        if response.fields.contains(.setCookie) {
            let refused =
                session.cookies?.receive(
                    response.fields[values: .setCookie], from: response.url, at: now) ?? []
            for (_, refusal) in refused { tell(refusal) }
        }
        if url.scheme == .https, settings.http.usesHSTS, settings.tls.check == .on,
            let field = response.fields[.strictTransportSecurity]
        {
            _ = session.hsts?.receive(field, from: response.url, at: now)
        }
    }

    /// Tells of a cookie that a server may not set: it tried to reach others.
    private func tell(_ refusal: CookieRefusal) {
        switch refusal {
        case .foreignDomain(let domain), .publicSuffix(let domain):
            log.tell(
                .notQuiet,
                "Cookie coming from \(Octets(url.host).escaped(session.quotes)) attempted to set "
                    + "domain to \(Octets(domain).escaped(session.quotes))\n")
        default: break
        }
    }

    private enum ChallengeEnd {
        case again
        case end(AttemptEnd)
    }

    /// Answers a server that wants to know who asks; nil where its refusal is the reply.
    private func answerChallenge(_ response: HTTPClient.Response) async -> ChallengeEnd? {
        let credentials = session.credentials.credentials(for: url)
        guard let credentials, settings.http.bearerToken == nil else {
            await drop(response)
            return .end(.failed(.authenticationFailed))
        }
        let offered = AuthenticationChallenge.parse(response.fields)
        let challenges = offered.filter {
            // What was sent unasked was refused.
            !session.credentials.goesUnasked(for: url) || $0.scheme != "basic"
        }
        guard let request = try? authenticatedRequest(response.url),
            let answer = session.credentials.authenticator.answer(
                to: challenges, for: request, with: credentials, refused: challenge ?? atOnce)
        else {
            await drop(response)
            if challenge == nil, offered.isEmpty || !challenges.isEmpty {
                log.tell(.notQuiet, "Unknown authentication scheme.\n")
            }
            return .end(.failed(.authenticationFailed))
        }
        await drop(response)
        log.tell(
            .notQuiet,
            "Authentication selected: \(answer.challenge?.text ?? answer.scheme)\n")
        challenge = answer
        return .again
    }
}

extension HTTPField.Name {
    fileprivate static let strictTransportSecurity = Self("Strict-Transport-Security") ?? .via
}
