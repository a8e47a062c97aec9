/// Commands about requests and replies of HTTP.
extension Command {
    static let http: [Command] = [
        text("http-user", nil, "USER", "the user, for HTTP") { $0.http.httpUser = $1 },
        text("http-password", nil, "PASS", "the password, for HTTP") { $0.http.httpPassword = $1 },
        flag("cache", nil) { $0.http.allowsCache = $1 }.no("ask for what no cache has kept"),
        octets(
            "default-page", nil, "NAME", "call a page without a name NAME, instead of\n'index.html'"
        ) { $0.directories.defaultPage = $1 },
        flag("adjust-extension", "E", "let names of HTML and CSS end as such") {
            $0.http.adjustsExtension = $1
        },
        flag("ignore-length", nil, "don't believe Content-Length") { $0.http.ignoresLength = $1 },
        header,
        choice(
            "compression", "TYPE", ["auto", "gzip", "br", "zstd", "none"],
            "ask for compression: auto, gzip, br, zstd or\nnone (the default)"
        ) { $0.http.compression = [.auto, .gzip, .brotli, .zstd, .none][$1] },
        number("max-redirect", "NUMBER", "follow at most NUMBER redirections of a URL") {
            $0.http.maxRedirects = $1
        },
        text("proxy-user", nil, "USER", "the user, for the proxy") { $0.network.proxyUser = $1 },
        text("proxy-password", nil, "PASS", "the password, for the proxy") {
            $0.network.proxyPassword = $1
        },
        octets("referer", nil, "URL", "send 'Referer: URL'") { $0.http.referer = $1 },
        flag("save-headers", nil, "save a reply's fields before its content") {
            $0.http.savesHeaders = $1
        },
        row("user-agent", "U", .required, "AGENT", "be AGENT instead of Wget/VERSION") {
            draft, value throws(Stop) in
            let breaks = [UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0]
            guard !value.bytes.contains(where: breaks.contains) else {
                throw .invalid("Invalid value \(draft.quote(value)).")
            }
            draft.http.userAgent = value
        },
        flag("http-keep-alive", nil) { $0.http.keepsAlive = $1 }
            .no("use a connection for one request only"),
        flag("cookies", nil) { $0.http.usesCookies = $1 }.no("use no cookies"),
        file("load-cookies", nil, "FILE", "read cookies from FILE at the start") {
            $0.http.loadsCookies = $1
        },
        file("save-cookies", nil, "FILE", "write cookies to FILE at the end") {
            $0.http.savesCookies = $1
        },
        flag("keep-session-cookies", nil, "read and write cookies of the session too") {
            $0.http.keepsSessionCookies = $1
        },
        octets("post-data", nil, "STRING", "use POST, and send STRING") { $0.postData = $1 },
        file("post-file", nil, "FILE", "use POST, and send what is in FILE") { $0.postFile = $1 },
        text("method", nil, "METHOD", "use this method") { $0.http.method = uppercased($1) }.with {
            $0.values = .words(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"])
        },
        octets("body-data", nil, "STRING", "send STRING; --method has to be given") {
            $0.bodyData = $1
        },
        octets("body-file", nil, "FILE", "send what is in FILE; --method has to be given") {
            $0.bodyFile = $1
        }.with { $0.values = .file },
        flag("content-disposition", nil, "name files as Content-Disposition says") {
            $0.http.usesContentDisposition = $1
        },
        flag("content-on-error", nil, "save what comes with a failure's status") {
            $0.http.savesContentOnError = $1
        },
        flag("auth-no-challenge", nil, "send Basic credentials without being asked") {
            $0.http.authenticatesUnasked = $1
        },
        old("http-passwd", for: "http-password"),
        old("proxy-passwd", for: "proxy-password"),
        old("html-extension", "E", for: "adjust-extension").with { $0.argument = .flag },
    ]

    private static let header = row(
        "header", nil, .required, "STRING", "send the field STRING, as 'Name: value'"
    ) { draft, value throws(Stop) in
        guard value.isEmpty || OptionValue.isHeader(value) else {
            throw .invalid("Invalid header \(draft.quote(value)).")
        }
        draft.http.headers.change(by: value)
    }

    /// ASCII letters as capitals, and nothing else changed.
    static func uppercased(_ text: String) -> String {
        String(
            decoding: text.utf8.map { 0x61...0x7a ~= $0 ? $0 & 0xdf : $0 }, as: UTF8.self)
    }
}
