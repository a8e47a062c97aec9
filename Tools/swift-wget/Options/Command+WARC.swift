/// Commands about archives (ISO 28500).
extension Command {
    static let warc: [Command] = [
        file("warc-file", nil, "FILENAME", "keep requests and replies in FILENAME.warc.gz") {
            $0.warc.file = $1
        },
        row("warc-header", nil, .required, "STRING", "put STRING into the warcinfo record") {
            draft, value throws(Stop) in
            guard value.isEmpty || OptionValue.isHeader(value) else {
                throw .invalid("Invalid WARC header \(draft.quote(value)).")
            }
            draft.warc.headers.change(by: value)
        },
        bytes("warc-max-size", nil, "NUMBER", "begin another file after NUMBER octets") {
            $0.warc.maxSize = $1 == 0 ? nil : $1
        },
        flag("warc-cdx", nil, "write an index, in CDX") { $0.warc.writesCDX = $1 },
        file("warc-dedup", nil, "FILENAME", "don't keep what is listed in this CDX") {
            $0.warc.dedup = $1
        }.setting("warccdxdedup"),
        flag("warc-compression", nil) { $0.warc.compresses = $1 }
            .no("write archives without gzip"),
        flag("warc-digests", nil) { $0.warc.hasDigests = $1 }
            .no("write no SHA-1 digests"),
        flag("warc-keep-log", nil) { $0.warc.keepsLog = $1 }
            .no("don't keep the messages in the archive"),
        directory("warc-tempdir", nil, "DIRECTORY", "put what is needed for a while there") {
            $0.warc.temporaryDirectory = $1
        },
    ]
}
