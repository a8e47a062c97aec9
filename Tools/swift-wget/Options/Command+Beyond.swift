/// Commands that wget has not.
extension Command {
    static let beyond: [Command] = (several + pages + requests + names).map {
        $0.from(.beyond)
    }

    private static let several: [Command] = [
        row("jobs", nil, .required, "N", "fetch N URLs at once; 1 is as wget does") {
            draft, value throws(Stop) in
            draft.beyond.jobs = try count(value, most: 1024, draft)
        },
        row("segments", nil, .required, "N", "fetch a large file over N connections, or auto") {
            draft, value throws(Stop) in
            if value.isSame(as: "auto") {
                draft.beyond.segments = .auto
            } else {
                let count = try count(value, most: 64, draft)
                draft.beyond.segments = count == 1 ? .one : .count(count)
            }
        }.with { $0.values = .words(["auto"]) },
        row(
            "checksum", nil, .required, "SUM",
            "check files by SUM: ALGORITHM:HEX, a FILE as of\nsha256sum, or auto"
        ) { draft, value throws(Stop) in
            guard let checksum = Settings.Checksum(value) else {
                throw .invalid("Invalid checksum \(draft.quote(value)).")
            }
            draft.beyond.checksum = checksum
        }.with { $0.values = .file },
        flag("fail-early", nil, "exit when the first URL fails") { $0.beyond.failsEarly = $1 },
        octets("write-out", nil, "FORMAT", "print FORMAT for each URL, as of curl") {
            $0.beyond.writeOut = $1
        },
        flag("json", nil, "print an object of JSON for each URL") { $0.beyond.printsJSON = $1 },
    ]

    private static let pages: [Command] = [
        row(
            "extract", nil, .required, "PARTS",
            "print parts of pages instead of saving them:\ntitle, links or article (with commas)"
        ) { draft, value throws(Stop) in
            for part in OptionValue.list(value) {
                switch part {
                case "title": draft.beyond.extractions.append(.title)
                case "links": draft.beyond.extractions.append(.links)
                case "article": draft.beyond.extractions.append(.article)
                default: throw .invalid("Invalid value \(draft.quote(value)).")
                }
            }
        }.with { $0.values = .words(["title", "links", "article"]) },
        flag("title", nil, "the same as --extract=title") { $0.setExtraction(.title, $1) },
        flag("links", nil, "the same as --extract=links") { $0.setExtraction(.links, $1) },
        text("xpath", nil, "EXPR", "print what the XPath EXPR finds in pages") {
            $0.beyond.extractions.append(.xpath($1))
        },
    ]

    private static let requests: [Command] = [
        octets(
            "json-body", nil, "ITEM",
            "send JSON: a text of it, or members NAME=TEXT\nand NAME:=JSON"
        ) { $0.jsonItems.append($1) },
        row("bearer-token", nil, .required, "TOKEN", "send 'Authorization: Bearer TOKEN'") {
            draft, value throws(Stop) in
            // The letters of RFC 6750, which are those of RFC 7235's token68.
            guard let text = value.text, !text.isEmpty,
                text.utf8.allSatisfy({ 0x21...0x7e ~= $0 })
            else { throw .invalid("Invalid value \(draft.quote(value)).") }
            draft.http.bearerToken = text
        },
    ]

    private static let names: [Command] = [
        file("unix-socket", nil, "PATH", "connect to the Unix socket PATH") {
            $0.beyond.unixSocket = $1
        },
        row(
            "resolve", nil, .required, "HOST:PORT:ADDR", "connect to ADDR for this host and port"
        ) { draft, value throws(Stop) in
            guard let resolution = Settings.Resolution(value) else {
                throw .invalid("Invalid value \(draft.quote(value)).")
            }
            draft.beyond.resolutions.append(resolution)
        },
        text("doh-url", nil, "URL", "look names up by DNS over HTTPS at URL") {
            $0.beyond.dohURL = $1
        },
        list("dns", nil, "look names up at these servers, such as\ntls:9.9.9.9 (with commas)") {
            $1(&$0.beyond.dns)
        },
    ]

    /// A number from 1 on.
    private static func count(
        _ value: Octets, most: Int, _ draft: Draft
    ) throws(Stop) -> Int {
        guard let text = value.text, let number = Int(text), 1...most ~= number else {
            throw .invalid("Invalid number \(draft.quote(value)).")
        }
        return number
    }
}

extension Draft {
    mutating func setExtraction(_ extraction: Settings.Extraction, _ state: Bool) {
        beyond.extractions.removeAll { $0 == extraction }
        if state { beyond.extractions.append(extraction) }
    }
}
