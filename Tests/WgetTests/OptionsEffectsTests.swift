import Testing

@testable import swift_wget

/// What each option changes.
@Suite(.tags(.wget))
struct OptionsEffectsTests {
    @Test("each option changes what it is about, and nothing else", arguments: rows)
    func each(_ line: String, _ changed: String) throws {
        let expected = changed.split(separator: "; ").map(String.init)
        #expect(try changes([line]) == expected)
    }

    @Test("each setting that is no option changes what it is about", arguments: settingRows)
    func setting(_ line: String, _ changed: String) throws {
        #expect(try changes(["-e", line]) == changed.split(separator: "; ").map(String.init))
    }

    @Test("each command is in one of these lists, or is known to change nothing")
    func complete() {
        // What is shown, what is read before, and what comes of other tests.
        let others: Set = [
            "version", "help", "execute", "no", "generate-completion-script", "config", "no-config",
            "clobber", "parent", "body-data", "body-file", "json-body",
        ]
        let listed = Set(
            (Self.rows + Self.settingRows).map { row in
                row.0.drop { $0 == "-" }.prefix { $0 != "=" && $0 != " " }.filter { $0 != "_" }
            })
        for command in Command.all where command.support == .full {
            let target = command.standsFor.flatMap { Command.option(named: $0) }
            guard target?.support ?? .full == .full else { continue }
            let names = [command.option, command.setting].compactMap { $0 }
            let isListed = names.map { $0.filter { $0 != "_" } }.contains {
                listed.contains($0) || listed.contains("no-\($0)")
            }
            #expect(isListed || !others.isDisjoint(with: names), "\(names)")
        }
    }

    @Test("what has no effect changes nothing, and says why")
    func withoutEffect() throws {
        let commands = Command.all.filter { $0.support != .full }
        #expect(commands.count > 15)
        for command in commands {
            guard let option = command.option else { continue }
            let value = command.argument == .required ? "=1" : ""
            let changed = try changes(["--\(option)\(value)"])
            #expect(changed.isEmpty || option == "follow-ftp", "\(option)")
        }
    }

    @Test("what an option has done, its form with no undoes")
    func opposite() throws {
        // These mean two things at once, or have values of their own.
        let others: Set = [
            "report-speed", "restrict-file-names", "recursive", "mirror", "force-directories",
        ]
        for command in Command.all where command.hasNo {
            guard let option = command.option, !others.contains(option) else { continue }
            #expect(
                try changes(["--\(option)", "--no-\(option)"]) == changes(["--no-\(option)"]),
                "\(option)"
            )
            #expect(
                try changes(["--no-\(option)", "--\(option)"]) == changes(["--\(option)"]),
                "\(option)"
            )
        }
    }

    @Test("lists grow, and nothing empties them")
    func lists() throws {
        #expect(try settings(["-A", "a,b", "-A", "c", "u"]).rules.accept == ["a", "b", "c"])
        #expect(try settings(["-A", "a,b", "-A", "", "-A", "c", "u"]).rules.accept == ["c"])
        #expect(
            try settings(["-I", "/a/,/b", "-I", "/", "u"]).rules.includeDirectories == [
                "/a", "/b", "/",
            ])
        let headers = try settings(["--header=A: b", "--header=", "--header=C: d", "u"]).http
            .headers
        #expect(headers == ["C: d"])
    }

    @Test("folders lose the slashes at their end")
    func folders() throws {
        #expect(try changes(["-P", "a/b//"]) == ["directories.prefix=a/b"])
        #expect(try changes(["-P", "/"]) == ["directories.prefix="])
    }

    @Test("restrictions on names are several things")
    func restriction() throws {
        func restriction(_ value: String) throws -> Settings.NameRestriction {
            try settings(["--restrict-file-names=\(value)", "u"]).directories.restriction
        }
        #expect(
            try restriction("windows,lowercase,nocontrol,ascii")
                == .init(
                    system: .windows, escapesControl: false, escapesBeyondASCII: true,
                    letters: .lower))
        #expect(try restriction("vms,uppercase,") == .init(system: .vms, letters: .upper))
        #expect(try restriction("unix") == .init())
    }

    @Test(
        "choices are made in any case of letters",
        arguments: [
            ("--secure-protocol=tlsv1_2", "tls.secureProtocol=tls12"),
            ("--secure-protocol=PFS", "tls.secureProtocol=pfs"),
            ("--secure-protocol=auto", ""), ("--certificate-type=der", "tls.certificateType=der"),
            ("--private-key-type=ASN1", "tls.privateKeyType=der"),
            ("--compression=AUTO", "http.compression=auto"),
            ("--compression=br", "http.compression=brotli"),
            ("--compression=zstd", "http.compression=zstd"),
            ("--compression=none", ""), ("--prefer-family=ipv4", "network.preferredFamily=ipv4"),
            ("--regex-type=PCRE", "rules.regexType=pcre"),
            ("--check-certificate=quiet", "tls.check=quiet"),
            ("--check-certificate=off", "tls.check=off"),
            ("--segments=auto", "beyond.segments=auto"),
            ("--segments=1", ""), ("--jobs=1", "beyond.jobs=1"),
            ("--clobber=no", "download.keepsExisting=true"),
            ("--parent=off", "rules.noParent=true"), ("--clobber", ""),
            ("--no-restrict-file-names", "-"),
        ])
    func choices(_ line: String, _ changed: String) throws {
        guard changed != "-" else {
            #expect(refusal([line, "u"])?.status == 2)
            return
        }
        #expect(try changes([line]) == [changed].filter { !$0.isEmpty })
    }

    /// Options, and what changes by them.
    private static let rows: [(String, String)] = [
        ("--background", "logging.goesToBackground=true"),
        ("--output-file=f", "logging.file=f"),
        ("--append-output=f", "logging.appends=true; logging.file=f"),
        ("--debug", "logging.debugs=true"),
        ("--quiet", "logging.showsProgress=false; logging.verbosity=quiet"),
        ("--no-verbose", "logging.showsProgress=false; logging.verbosity=brief"),
        ("--report-speed=bits", "logging.reportsBits=true"),
        ("--input-file=f", "input.file=f"),
        ("--input-metalink=f", "metalink.file=f"),
        ("--force-html", "input.forcesHTML=true"),
        ("--base=f", "input.base=f"),
        ("--rejected-log=f", "logging.rejectedLog=f"),
        ("--tries=17", "download.tries=17"),
        ("--retry-connrefused", "download.retriesRefused=true"),
        ("--retry-on-host-error", "download.retriesHostError=true"),
        ("--retry-on-http-error=503", "download.retryStatuses=[503]"),
        ("--output-document=f", "download.outputDocument=f"),
        ("--no-clobber", "download.keepsExisting=true"),
        ("--no-netrc", "http.usesNetrc=false"),
        ("--continue", "download.continues=true"),
        ("--start-pos=17", "download.startPosition=17"),
        ("--progress=dot", "logging.progress.kind=dot"),
        ("--no-show-progress", "logging.showsProgress=false"),
        ("--timestamping", "download.timestamping=true"),
        ("--no-if-modified-since", "download.usesIfModifiedSince=false"),
        ("--no-use-server-timestamps", "download.usesServerTimestamps=false"),
        ("--server-response", "logging.showsServerResponse=true"),
        ("--spider", "download.isSpider=true"),
        (
            "--timeout=17",
            "network.connectTimeout=17.0; network.dnsTimeout=17.0; network.readTimeout=17.0"
        ),
        ("--timeout=0", "network.readTimeout=nil"),
        (
            "--dns-servers=127.0.0.1, [::1]:5353",
            "network.dnsServers=[\"127.0.0.1\", \"[::1]:5353\"]"
        ),
        ("--bind-dns-address=127.0.0.1", "network.bindDNSAddress=127.0.0.1"),
        ("--dns-timeout=1.5", "network.dnsTimeout=1.5"),
        ("--connect-timeout=1m", "network.connectTimeout=60.0"),
        ("--read-timeout=17", "network.readTimeout=17.0"),
        ("--wait=17", "download.wait=17.0"),
        ("--waitretry=17", "download.waitRetry=17.0"),
        ("--random-wait", "download.randomWait=true"),
        ("--no-proxy", "network.usesProxy=false"),
        ("--proxy__compat=off", "network.usesProxy=false"),
        ("--quota=1k", "download.quota=1024"),
        ("--bind-address=::1", "network.bindAddress=::1"),
        ("--limit-rate=1.5k", "download.limitRate=1536"),
        ("--no-dns-cache", "network.cachesDNS=false"),
        ("--restrict-file-names=ascii", "directories.restriction.escapesBeyondASCII=true"),
        ("--ignore-case", "rules.ignoresCase=true"),
        ("--inet4-only", "network.onlyIPv4=true"),
        ("--inet6-only", "network.onlyIPv6=true"),
        ("--prefer-family=IPv6", "network.preferredFamily=ipv6"),
        ("--user=f", "http.user=f"),
        ("--password=f", "http.password=f"),
        ("--ask-password", "http.asksPassword=true"),
        ("--use-askpass=f", "http.askpass=f"),
        ("--no-iri", "input.usesIRIs=false"),
        ("--local-encoding=f", "input.localEncoding=f"),
        ("--remote-encoding=f", "input.remoteEncoding=f"),
        ("--unlink", "download.unlinks=true"),
        ("--keep-badhash", "metalink.keepsBadHash=true"),
        ("--metalink-index=2", "metalink.index=2"),
        ("--metalink-index=inf", "metalink.index=0"),
        ("--metalink-over-http", "metalink.overHTTP=true"),
        ("--preferred-location=de", "metalink.preferredLocation=de"),
        ("--xattr", "download.writesExtendedAttributes=true"),
        (
            "--dot-style=mega",
            "logging.progress.dots.bytes=65536; logging.progress.dots.perLine=48; logging.progress.dots.spacing=8"
        ),
        ("--directories", "directories.makesDirectories=true"),
        ("--force-directories", "directories.makesDirectories=true"),
        ("--no-host-directories", "directories.addsHost=false"),
        ("--protocol-directories", "directories.addsProtocol=true"),
        ("--directory-prefix=f", "directories.prefix=f"),
        ("--cut-dirs=17", "directories.cut=17"),
        ("--http-user=f", "http.httpUser=f"),
        ("--http-password=f", "http.httpPassword=f"),
        ("--no-cache", "http.allowsCache=false"),
        ("--default-page=f", "directories.defaultPage=f"),
        ("--adjust-extension", "http.adjustsExtension=true"),
        ("--ignore-length", "http.ignoresLength=true"),
        ("--header=A: b", "http.headers=[A: b]"),
        ("--compression=gzip", "http.compression=gzip"),
        ("--max-redirect=0", "http.maxRedirects=0"),
        ("--proxy-user=f", "network.proxyUser=f"),
        ("--proxy-password=f", "network.proxyPassword=f"),
        ("--referer=f", "http.referer=f"),
        ("--save-headers", "http.savesHeaders=true"),
        ("--user-agent=", "http.userAgent="),
        ("--no-http-keep-alive", "http.keepsAlive=false"),
        ("--no-cookies", "http.usesCookies=false"),
        ("--load-cookies=f", "http.loadsCookies=f"),
        ("--save-cookies=f", "http.savesCookies=f"),
        ("--keep-session-cookies", "http.keepsSessionCookies=true"),
        ("--post-data=f", "http.body=data(f); http.method=POST"),
        ("--post-file=f", "http.body=file(f); http.method=POST"),
        ("--method=get", "http.method=GET"),
        ("--content-disposition", "http.usesContentDisposition=true"),
        ("--content-on-error", "http.savesContentOnError=true"),
        ("--auth-no-challenge", "http.authenticatesUnasked=true"),
        ("--http-passwd=f", "http.httpPassword=f"),
        ("--proxy-passwd=f", "network.proxyPassword=f"),
        ("--html-extension", "http.adjustsExtension=true"),
        ("--secure-protocol=TLSv1_3", "tls.secureProtocol=tls13"),
        ("--https-only", "tls.httpsOnly=true"),
        ("--no-check-certificate", "tls.check=off"),
        ("--certificate=f", "tls.certificate=f"),
        ("--certificate-type=DER", "tls.certificateType=der"),
        ("--private-key=f", "tls.privateKey=f"),
        ("--private-key-type=DER", "tls.privateKeyType=der"),
        ("--ca-certificate=f", "tls.caCertificate=f"),
        ("--ca-directory=f/", "tls.caDirectory=f"),
        ("--crl-file=f", "tls.crlFile=f"),
        ("--pinnedpubkey=f", "tls.pinnedPublicKey=f"),
        ("--random-file=f", "tls.randomFile=f"),
        ("--ciphers=f", "tls.ciphers=f"),
        ("--no-hsts", "http.usesHSTS=false"),
        ("--hsts-file=f", "http.hstsFile=f"),
        ("--warc-file=f", "logging.progress.kind=dot; warc.file=f"),
        ("--warc-header=A: b", "warc.headers=[A: b]"),
        ("--warc-max-size=1m", "warc.maxSize=1048576"),
        ("--warc-cdx", "warc.writesCDX=true"),
        ("--warc-dedup=f", "warc.dedup=f"),
        ("--no-warc-compression", "warc.compresses=false"),
        ("--no-warc-digests", "warc.hasDigests=false"),
        ("--no-warc-keep-log", "warc.keepsLog=false"),
        ("--warc-tempdir=f", "warc.temporaryDirectory=f"),
        ("--recursive", "directories.makesDirectories=true; recursion.isRecursive=true"),
        ("--level=17", "recursion.level=17"),
        ("--delete-after", "download.deletesAfter=true"),
        ("--convert-links", "recursion.convertsLinks=true"),
        ("--convert-file-only", "recursion.convertsFileOnly=true; recursion.convertsLinks=true"),
        ("--backups", "download.backups=1"),
        ("--backups=3", "download.backups=3"),
        ("--no-backups", ""),
        ("--backup-converted", "recursion.backsUpConverted=true"),
        (
            "--mirror",
            "directories.makesDirectories=true; download.timestamping=true; recursion.isRecursive=true; recursion.level=nil"
        ),
        ("--no-mirror", ""),
        (
            "--page-requisites",
            "directories.makesDirectories=true; recursion.getsRequisites=true; recursion.level=0"
        ),
        ("--strict-comments", "recursion.strictComments=true"),
        ("--accept=a,b", "rules.accept=[\"a\", \"b\"]"),
        ("--reject=a", "rules.reject=[\"a\"]"),
        ("--accept-regex=f", "rules.acceptRegex=f"),
        ("--reject-regex=f", "rules.rejectRegex=f"),
        ("--regex-type=pcre", "rules.regexType=pcre"),
        ("--domains=a", "rules.domains=[\"a\"]"),
        ("--exclude-domains=a", "rules.excludeDomains=[\"a\"]"),
        ("--follow-tags=a", "rules.followTags=[\"a\"]"),
        ("--ignore-tags=a", "rules.ignoreTags=[\"a\"]"),
        ("--span-hosts", "rules.spansHosts=true"),
        ("--relative", "rules.relativeOnly=true"),
        ("--include-directories=/a/", "rules.includeDirectories=[\"/a\"]"),
        ("--trust-server-names", "http.trustsServerNames=true"),
        ("--exclude-directories=/a/", "rules.excludeDirectories=[\"/a\"]"),
        ("--no-parent", "rules.noParent=true"),
        ("--jobs=17", "beyond.jobs=17"),
        ("--segments=17", "beyond.segments=count(17)"),
        ("--checksum=f", "beyond.checksum=file(f)"),
        ("--fail-early", "beyond.failsEarly=true"),
        ("--write-out=f", "beyond.writeOut=f"),
        ("--json", "beyond.printsJSON=true"),
        ("--extract=title,links", "beyond.extractions=[Extraction.title, Extraction.links]"),
        ("--title", "beyond.extractions=[Extraction.title]"),
        ("--links", "beyond.extractions=[Extraction.links]"),
        ("--xpath=//a", "beyond.extractions=[Extraction.xpath(\"//a\")]"),
        ("--bearer-token=f", "http.bearerToken=f"),
        ("--unix-socket=f", "beyond.unixSocket=f"),
        (
            "--resolve=a.test:80:::1",
            "beyond.resolutions=[Resolution(host: \"a.test\", port: 80, addresses: [\"::1\"])]"
        ),
        ("--doh-url=f", "beyond.dohURL=f"),
        ("--dns=a,b", "beyond.dns=[\"a\", \"b\"]"),
    ]

    /// Settings without an option, and what changes by them.
    private static let settingRows: [(String, String)] = [
        ("show_all_dns_entries = on", "logging.showsAllAddresses=true"),
        ("always_rest=on", "download.continues=true"),
        ("num_tries=17", "download.tries=17"),
        ("dotbytes = 17", "logging.progress.dots.bytes=17"),
        ("dotspacing = 17", "logging.progress.dots.spacing=17"),
        ("dotsinline = 17", "logging.progress.dots.perLine=17"),
        ("httpproxy=f", "network.httpProxy=f"),
        ("httpsproxy=f", "network.httpsProxy=f"),
        ("noproxy=a,b", "network.noProxy=[\"a\", \"b\"]"),
        ("robots=off", "recursion.usesRobots=false"),
    ]
}
