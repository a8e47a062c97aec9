import TwineCore

/// What is decided when everything was read: what goes together, and what follows from what.
///
/// The order is wget's, for it decides which of two complaints is told.
extension Draft {
    /// Ends the reading.
    ///
    /// - Parameter exists: Whether there is a file of a name.
    /// - Throws: ``Stop/refused(_:status:)`` when things do not go together.
    mutating func finish(_ exists: (Octets) -> Bool) throws(Stop) {
        preferConversion()
        resolveDepth()
        try resolveVerbosity()
        try checkContradictions()
        try checkOutputDocument(exists)
        try checkWARC()
        checkCompression()
        try checkPasswordAndStart()
        guard !urls.isEmpty || input.file != nil || metalink.file != nil else {
            throw .refused("\(program): missing URL\n\(usage)\n\n\(advice)", status: 1)
        }
        try resolveBody()
        resolveProgress()
        resolveProxies()
        try checkNames()
        try checkBeyond()
        if recursion.convertsFileOnly { recursion.convertsLinks = true }
    }

    /// A message, and how the program is used.
    private func complaint(_ text: String) -> Stop { .refused("\(text)\n\(usage)", status: 1) }

    private mutating func preferConversion() {
        guard download.keepsExisting,
            recursion.convertsLinks || recursion.convertsFileOnly
        else { return }
        let option = recursion.convertsLinks ? "--convert-links" : "--convert-file-only"
        note("Both --no-clobber and \(option) were specified, only \(option) will be used.")
        download.keepsExisting = false
    }

    private mutating func resolveDepth() {
        recursion.level = level == 0 ? nil : level
        if download.isSpider || download.deletesAfter { refusesDirectories = true }
        guard recursion.getsRequisites, !recursion.isRecursive else { return }
        recursion.level = 0
        if !refusesDirectories { directories.makesDirectories = true }
    }

    private mutating func resolveVerbosity() throws(Stop) {
        let isVerbose = verbose ?? !isQuiet
        logging.showsProgress = showsProgress ?? (isVerbose && !isQuiet)
        guard !isVerbose || !isQuiet else {
            throw complaint("Can't be verbose and quiet at the same time.")
        }
        logging.verbosity = isQuiet ? .quiet : isVerbose ? .verbose : .brief
    }

    private func checkContradictions() throws(Stop) {
        if settings.download.timestamping, settings.download.keepsExisting {
            throw complaint("Can't timestamp and not clobber old files at the same time.")
        }
        if settings.network.onlyIPv4, settings.network.onlyIPv6 {
            throw complaint("Cannot specify both --inet4-only and --inet6-only.")
        }
    }

    private mutating func checkOutputDocument(_ exists: (Octets) -> Bool) throws(Stop) {
        guard let path = download.outputDocument else { return }
        if recursion.convertsLinks || recursion.convertsFileOnly,
            urls.count > 1 || recursion.follows
        {
            throw complaint(
                """
                Cannot specify both -k or --convert-file-only and -O if multiple URLs are given, or in \
                combination
                with -p or -r. See the manual for details.

                """)
        }
        let isHeard = logging.verbosity != .quiet
        if recursion.follows, isHeard {
            note(
                """
                WARNING: combining -O with -r or -p will mean that all downloaded content
                will be placed in the single file you specified.

                """)
        }
        if download.timestamping {
            if isHeard {
                note(
                    """
                    WARNING: timestamping does nothing in combination with -O. See the manual
                    for details.

                    """)
            }
            download.timestamping = false
        }
        if download.keepsExisting, exists(path) {
            let isTold = logging.verbosity == .verbose
            throw .refused(
                isTold ? "File \(quote(path)) already there; not retrieving." : "", status: 1)
        }
    }

    private mutating func checkWARC() throws(Stop) {
        guard warc.file != nil else { return }
        if download.keepsExisting {
            note("WARC output does not work with --no-clobber, --no-clobber will be disabled.")
            download.keepsExisting = false
        }
        if download.timestamping {
            note("WARC output does not work with timestamping, timestamping will be disabled.")
            download.timestamping = false
        }
        if download.isSpider {
            throw .refused("WARC output does not work with --spider.", status: 1)
        }
        if download.continues || download.startPosition != nil {
            note(
                "WARC output does not work with --continue or --start-pos, they will be disabled.")
            startWhole()
        }
        if warc.dedup != nil, !warc.hasDigests {
            note(
                "Digests are disabled; WARC deduplication will not find duplicate records.")
        }
        // A bar would fill the log that is kept in the archive.
        if warc.keepsLog { progress = "dot" }
    }

    private mutating func startWhole() {
        download.continues = false
        download.startPosition = nil
    }

    private mutating func checkCompression() {
        guard download.continues || download.startPosition != nil else { return }
        switch http.compression {
        case .none: break
        case .auto: http.compression = .none
        case .gzip, .brotli, .zstd:
            note("Compression does not work with --continue or --start-pos, they will be disabled.")
            startWhole()
        }
    }

    private mutating func checkPasswordAndStart() throws(Stop) {
        if http.asksPassword, http.password != nil {
            throw complaint("Cannot specify both --ask-password and --password.")
        }
        if download.startPosition != nil, download.continues {
            note(
                "Specifying both --start-pos and --continue is not recommended; --continue will be"
                    + " disabled.")
            download.continues = false
        }
    }

    // MARK: What has no complaint of wget's

    private mutating func resolveProgress() {
        let style: Octets
        let parts = (progress ?? "bar").bytes.split(
            separator: UInt8(ascii: ":"), omittingEmptySubsequences: true)
        let words = parts.dropFirst().map { Octets(Array($0)) }
        logging.progress.kind = parts.first?.elementsEqual("dot".utf8) == true ? .dot : .bar
        if logging.progress.kind == .bar {
            logging.progress.isForced = words.contains("force")
            logging.progress.scrolls = !words.contains("noscroll")
            style = dotStyle ?? "default"
        } else {
            style = words.isEmpty ? dotStyle ?? "default" : words[0]
        }
        switch style.description.lowercased() {
        case "default", "": break
        case "binary": logging.progress.dots = .binary
        case "mega": logging.progress.dots = .mega
        case "giga": logging.progress.dots = .giga
        default:
            guard logging.showsProgress else { break }
            note("Invalid dot style specification \(quote(style)); leaving unchanged.")
        }
    }

    private mutating func resolveProxies() {
        func resolved(_ setting: String?, _ variable: String) -> String? {
            let proxy = setting ?? environment[variable]?.description
            return proxy?.isEmpty == false ? proxy : nil
        }
        network.httpProxy = resolved(network.httpProxy, "http_proxy")
        network.httpsProxy = resolved(network.httpsProxy, "https_proxy")
    }

    /// What is checked or printed is a file that comes whole, or a page that is not saved.
    private func checkBeyond() throws(Stop) {
        func refused(_ one: String, _ other: String) -> Stop {
            .refused("\(program): \(one) and \(other) do not go together.", status: 2)
        }
        if beyond.checksum != nil {
            if recursion.follows { throw refused("--checksum", "-r or -p") }
            if download.startPosition != nil { throw refused("--checksum", "--start-pos") }
            if http.savesHeaders { throw refused("--checksum", "--save-headers") }
        }
        guard !beyond.extractions.isEmpty else { return }
        if recursion.follows { throw refused("--extract", "-r or -p") }
        if download.isSpider { throw refused("--extract", "--spider") }
        if beyond.checksum != nil { throw refused("--extract", "--checksum") }
    }

    private mutating func checkNames() throws(Stop) {
        if let address = bindDNSAddress {
            guard let text = address.text, IPAddress(text) != nil else {
                throw .refused("Failed to parse IP address \(quote(address))", status: 1)
            }
            network.bindDNSAddress = text
        }
        if download.outputDocument == "-",
            recursion.convertsLinks || recursion.isRecursive
        {
            throw .refused(
                "-k or -r can be used together with -O only if outputting to a regular file.",
                status: 1)
        }
    }
}
