/// What a request carries, when everything was read.
extension Draft {
    mutating func resolveBody() throws(Stop) {
        func refused(_ text: String) -> Stop { .refused(text, status: 1) }
        if postData != nil, postFile != nil {
            throw refused("You cannot specify both --post-data and --post-file.")
        }
        if postData != nil || postFile != nil, http.method != nil {
            throw refused(
                "You cannot use --post-data or --post-file along with --method. --method expects data"
                    + " through --body-data and --body-file options")
        }
        if bodyData != nil || bodyFile != nil {
            guard http.method != nil else {
                throw refused(
                    "You must specify a method through --method=HTTPMethod to use with --body-data or"
                        + " --body-file.")
            }
            guard bodyData == nil || bodyFile == nil else {
                throw refused("You cannot specify both --body-data and --body-file.")
            }
        }
        if http.method == "HEAD" { download.isSpider = true }
        if let data = postData ?? bodyData { http.body = .data(data) }
        if let file = postFile ?? bodyFile { http.body = .file(file) }
        if postData != nil || postFile != nil { http.method = "POST" }
        try resolveJSON()
    }

    /// `--json-body`: a whole text, or members of an object.
    private mutating func resolveJSON() throws(Stop) {
        guard !jsonItems.isEmpty else { return }
        guard http.body == nil else {
            throw .refused(
                "You cannot specify --json-body along with other data to send.", status: 1)
        }
        guard let body = JSONText.body(of: jsonItems) else {
            throw .refused(
                "\(program): --json-body: neither JSON, nor members as NAME=TEXT or NAME:=JSON.",
                status: 2)
        }
        http.body = .data(Octets(body))
        http.method = http.method ?? "POST"
        addHeader("Content-Type", "application/json")
        addHeader("Accept", "application/json, */*;q=0.5")
    }

    /// Adds a field of requests, if none of its name was given.
    private mutating func addHeader(_ name: String, _ value: String) {
        let isThere = http.headers.contains { header in
            Octets(Array(header.bytes.prefix { $0 != UInt8(ascii: ":") })).isSame(as: name)
        }
        if !isThere { http.headers.append(Octets("\(name): \(value)")) }
    }
}
