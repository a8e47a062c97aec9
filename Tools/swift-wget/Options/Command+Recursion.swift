/// Commands about links that are followed.
extension Command {
    static let recursion: [Command] = [
        flag("recursive", "r", "follow links") { $0.setRecursive($1) },
        limit("level", "l", "NUMBER", "follow at most NUMBER links in a row (inf or 0 for any)") {
            $0.level = $1 ?? 0
        }.setting("reclevel"),
        flag("delete-after", nil, "delete files when they are there") {
            $0.download.deletesAfter = $1
        },
        flag("convert-links", "k", "let links in HTML and CSS point to the files here") {
            $0.recursion.convertsLinks = $1
        },
        flag("convert-file-only", nil, "of links change only the file's name") {
            $0.recursion.convertsFileOnly = $1
        },
        row(
            "backups", nil, .flag, "N", "before writing file X, keep N older ones (X.1, X.2...)"
        ) { draft, value throws(Stop) in
            guard let count = OptionValue.number(value) else {
                throw .invalid("Invalid number \(draft.quote(value)).")
            }
            draft.download.backups = count
        },
        flag("backup-converted", "K", "before changing links in file X, keep it as X.orig") {
            $0.recursion.backsUpConverted = $1
        },
        flag("mirror", "m", "the same as -N -r -l inf --no-remove-listing") {
            guard $1 else { return }
            $0.setRecursive(true)
            $0.download.timestamping = true
            $0.level = 0
        },
        flag("page-requisites", "p", "fetch all that pages need: images, style sheets...") {
            $0.recursion.getsRequisites = $1
        },
        flag("strict-comments", nil, "let comments of HTML end as SGML has it") {
            $0.recursion.strictComments = $1
        },
        flag("robots", nil) { $0.recursion.usesRobots = $1 }.onlySetting,
    ]

    static let rules: [Command] = [
        list("accept", "A", "save files with these ends or patterns (with commas)") {
            $1(&$0.rules.accept)
        },
        list("reject", "R", "don't save files with these ends or patterns") {
            $1(&$0.rules.reject)
        },
        text("accept-regex", nil, "REGEX", "follow URLs that match REGEX") {
            $0.rules.acceptRegex = $1
        },
        text("reject-regex", nil, "REGEX", "don't follow URLs that match REGEX") {
            $0.rules.rejectRegex = $1
        },
        choice(
            "regex-type", "TYPE", ["posix", "pcre"],
            "the kind of regex: posix or pcre"
        ) { $0.rules.regexType = $1 == 0 ? .posix : .pcre },
        list("domains", "D", "follow links to these domains") { $1(&$0.rules.domains) },
        list("exclude-domains", nil, "don't follow links to these domains") {
            $1(&$0.rules.excludeDomains)
        },
        followFTP,
        list("follow-tags", nil, "follow links in these tags of HTML") {
            $1(&$0.rules.followTags)
        },
        list("ignore-tags", nil, "don't follow links in these tags of HTML") {
            $1(&$0.rules.ignoreTags)
        },
        flag("span-hosts", "H", "follow links to other hosts") { $0.rules.spansHosts = $1 },
        flag("relative", "L", "follow relative links only") { $0.rules.relativeOnly = $1 }
            .setting("relativeonly"),
        directories("include-directories", "I", "follow links into these folders") {
            $1(&$0.rules.includeDirectories)
        },
        flag("trust-server-names", nil, "name files as the URL that was redirected to") {
            $0.http.trustsServerNames = $1
        },
        directories("exclude-directories", "X", "don't follow links into these folders") {
            $1(&$0.rules.excludeDirectories)
        },
        flag("no-parent", nil, "don't follow links up to other folders") {
            $0.rules.noParent = $1
        }.with { $0.noLetter = "p" },
        row("parent", nil, .optional) { $0.rules.noParent = !isOn($1) }.setting(nil),
    ]

    /// A list of folders, without the slash at their end.
    private static func directories(
        _ option: String, _ letter: Character, _ help: String,
        _ set: @escaping @Sendable (inout Draft, _ change: (inout [String]) -> Void) -> Void
    ) -> Command {
        list(option, letter, help) { draft, change in
            set(&draft) { list in
                change(&list)
                for (index, path) in list.enumerated()
                where path.utf8.count > 1 && path.utf8.last == UInt8(ascii: "/") {
                    list[index].removeLast()
                }
            }
        }
    }
}

extension Draft {
    mutating func setRecursive(_ state: Bool) {
        recursion.isRecursive = state
        if state, !refusesDirectories { directories.makesDirectories = true }
    }
}
