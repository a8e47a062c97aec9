/// Commands about how a URL is retrieved.
extension Command {
    static let download: [Command] = [
        limit("tries", "t", "NUMBER", "try a URL NUMBER times (0 is without end)") {
            $0.download.tries = $1
        },
        flag("retry-connrefused", nil, "try again even when the connection is refused") {
            $0.download.retriesRefused = $1
        },
        flag("retry-on-host-error", nil, "try again even when the host's name is not found") {
            $0.download.retriesHostError = $1
        },
        retryOnHTTPError,
        file("output-document", "O", "FILE", "write documents to FILE") {
            $0.download.outputDocument = $1
        },
        flag("no-clobber", nil, "leave files alone that are there, and don't\nfetch for them") {
            $0.download.keepsExisting = $1
        }.with { $0.noLetter = "c" },
        flag("netrc", nil) { $0.http.usesNetrc = $1 }
            .no("don't look for credentials in .netrc"),
        flag("continue", "c", "go on with a file that was fetched in part") {
            $0.download.continues = $1
        },
        bytes("start-pos", nil, "OFFSET", "begin at octet OFFSET, counted from 0") {
            $0.download.startPosition = $1
        },
        row("progress", nil, .required, "TYPE", "show progress as TYPE (bar or dot)") {
            draft, value throws(Stop) in
            guard Draft.isProgress(value) else {
                throw .invalid("Invalid progress type \(draft.quote(value)).")
            }
            draft.progress = value
        }.with {
            $0.values = .words([
                "bar", "bar:force", "bar:noscroll", "bar:force:noscroll", "dot", "dot:default",
                "dot:binary", "dot:mega", "dot:giga",
            ])
        },
        flag("show-progress", nil, "show progress however little is told else") {
            $0.showsProgress = $1
        },
        flag("timestamping", "N", "fetch only what is newer than the file here") {
            $0.download.timestamping = $1
        },
        flag("if-modified-since", nil) { $0.download.usesIfModifiedSince = $1 }
            .no("with -N, ask by HEAD first instead of by\nIf-Modified-Since"),
        flag("use-server-timestamps", nil) { $0.download.usesServerTimestamps = $1 }
            .no("don't give files the time that the server\nsays"),
        flag("server-response", "S", "print what servers reply") {
            $0.logging.showsServerResponse = $1
        },
        flag("spider", nil, "fetch nothing, only look whether it is there") {
            $0.download.isSpider = $1
        },
        time("timeout", "T", "SECONDS", "set all timeouts to SECONDS") {
            let seconds = $1 == 0 ? nil : $1
            $0.network.dnsTimeout = seconds
            $0.network.connectTimeout = seconds
            $0.network.readTimeout = seconds
        },
        row("dns-servers", nil, .required, "ADDRESSES", "ask these DNS servers (with commas)") {
            draft, value throws(Stop) in try draft.setDNSServers(value)
        }.from(.someWget),
        octets("bind-dns-address", nil, "ADDRESS", "ask DNS servers from ADDRESS of this host") {
            $0.bindDNSAddress = $1
        }.from(.someWget),
        time("dns-timeout", nil, "SECS", "give up looking up a name after SECS") {
            $0.network.dnsTimeout = $1 == 0 ? nil : $1
        },
        time("connect-timeout", nil, "SECS", "give up connecting after SECS") {
            $0.network.connectTimeout = $1 == 0 ? nil : $1
        },
        time("read-timeout", nil, "SECS", "give up when nothing came for SECS") {
            $0.network.readTimeout = $1 == 0 ? nil : $1
        },
        time("wait", "w", "SECONDS", "wait SECONDS between two URLs") { $0.download.wait = $1 },
        time("waitretry", nil, "SECONDS", "wait 1..SECONDS between two tries of a URL") {
            $0.download.waitRetry = $1
        },
        flag("random-wait", nil, "wait 0.5*WAIT...1.5*WAIT seconds between URLs") {
            $0.download.randomWait = $1
        },
        flag("proxy", nil) { $0.network.usesProxy = $1 }.setting("useproxy")
            .no("use no proxy"),
        bytes("quota", "Q", "NUMBER", "begin no URL after NUMBER octets") {
            $0.download.quota = $1 == 0 ? nil : $1
        },
        text("bind-address", nil, "ADDRESS", "connect from ADDRESS (name or IP) of this host") {
            $0.network.bindAddress = $1
        },
        bytes("limit-rate", nil, "RATE", "fetch at most RATE octets a second, in all") {
            $0.download.limitRate = $1 == 0 ? nil : $1
        },
        flag("dns-cache", nil) { $0.network.cachesDNS = $1 }
            .no("look up a name each time anew"),
        row(
            "restrict-file-names", nil, .flag, "OS",
            "escape characters in names of files that OS\ndoes not allow"
        ) { draft, value throws(Stop) in try draft.setRestriction(value) }.with {
            $0.values = .words([
                "unix", "windows", "vms", "lowercase", "uppercase", "nocontrol", "ascii",
            ])
        },
        flag("ignore-case", nil, "ignore case where names are compared") {
            $0.rules.ignoresCase = $1
        },
        flag("inet4-only", "4", "connect only to IPv4 addresses") { $0.network.onlyIPv4 = $1 },
        flag("inet6-only", "6", "connect only to IPv6 addresses") { $0.network.onlyIPv6 = $1 },
        choice(
            "prefer-family", "FAMILY", ["IPv6", "IPv4", "none"],
            "connect to addresses of FAMILY first: IPv6,\nIPv4 or none"
        ) { $0.network.preferredFamily = [.ipv6, .ipv4, .none][$1] },
    ]

    /// The rest of the same group.
    static let downloadIdentity: [Command] = [
        text("user", nil, "USER", "the user, whatever the scheme") { $0.http.user = $1 },
        text("password", nil, "PASS", "the password, whatever the scheme") {
            $0.http.password = $1
        },
        flag("ask-password", nil, "ask for the password at the terminal") {
            $0.http.asksPassword = $1
        },
        row(
            "use-askpass", nil, .required, "COMMAND",
            "ask COMMAND for the user and the password; if it\nis empty, the variable WGET_ASKPASS or\n"
                + "SSH_ASKPASS names it"
        ) { draft, value throws(Stop) in try draft.setAskpass(value) }.with { $0.values = .file },
        flag("iri", nil) { $0.input.usesIRIs = $1 }
            .no("take URLs as ASCII, without international names"),
        text("local-encoding", nil, "ENC", "URLs of the command line are in encoding ENC") {
            $0.input.localEncoding = $1
        },
        text("remote-encoding", nil, "ENC", "pages that don't say theirs are in encoding ENC") {
            $0.input.remoteEncoding = $1
        },
        flag("unlink", nil, "remove a file before it is written anew") {
            $0.download.unlinks = $1
        },
        flag("keep-badhash", nil, "keep files of a wrong checksum, as .badhash") {
            $0.metalink.keepsBadHash = $1
        },
        limit("metalink-index", nil, "NUMBER", "of a reply's Metalinks take the one of NUMBER") {
            $0.metalink.index = $1 ?? 0
        }.from(.someWget),
        flag("metalink-over-http", nil, "heed mirrors and checksums in replies' fields") {
            $0.metalink.overHTTP = $1
        }.from(.someWget),
        text("preferred-location", nil, "CODE", "try mirrors of the country CODE first") {
            $0.metalink.preferredLocation = $1
        }.from(.someWget),
        flag("xattr", nil, "keep the URL in the file's extended attributes") {
            $0.download.writesExtendedAttributes = $1
        },
    ]

    static let downloadOthers: [Command] = [
        row("clobber", nil, .optional) { $0.download.keepsExisting = !isOn($1) }.setting(nil),
        old("proxy__compat", "Y", for: "proxy").setting(nil),
        old("always-rest", for: "continue").onlySetting.with { $0.argument = .flag },
        old("num-tries", for: "tries").onlySetting,
        octets("dot-style", nil, "STYLE") { $0.dotStyle = $1 },
        bytes("dot-bytes", nil, "NUMBER") { $0.logging.progress.dots.bytes = max(1, $1) }
            .onlySetting,
        number("dot-spacing", "NUMBER") { $0.logging.progress.dots.spacing = max(1, $1) }
            .onlySetting,
        number("dots-in-line", "NUMBER") { $0.logging.progress.dots.perLine = max(1, $1) }
            .onlySetting,
        text("http-proxy", nil, "URL") { $0.network.httpProxy = $1 }.onlySetting,
        text("https-proxy", nil, "URL") { $0.network.httpsProxy = $1 }.onlySetting,
        list("no-proxy") { $1(&$0.network.noProxy) }.onlySetting,
    ]

    /// As the forms without `no` of `--no-clobber` and `--no-parent` read their value.
    static func isOn(_ value: Octets) -> Bool {
        let start = value.bytes.prefix(2).map(Octets.lowercased)
        return start.first == UInt8(ascii: "1") || start.first == UInt8(ascii: "y")
            || start.elementsEqual("on".utf8)
    }

    private static let retryOnHTTPError = row(
        "retry-on-http-error", nil, .required, "ERRORS",
        "try again after these statuses (with commas)"
    ) { draft, value throws(Stop) in
        var statuses: Set<Int> = []
        for part in OptionValue.list(value) {
            // What is none of HTTP's is never met.
            guard let status = OptionValue.number(part), status > 0 else { continue }
            statuses.insert(status)
        }
        draft.download.retryStatuses = statuses
    }
}
