/// The media types of files, by the ends of their names.
public enum MediaTypes {
    /// The type for a name; `application/octet-stream` for an unknown end.
    ///
    /// Types of text say that it is UTF-8.
    ///
    /// - Parameter name: A file's name.
    /// - Returns: The value for `Content-Type`.
    public static func type(of name: String) -> String {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return unknown }
        return byEnd[name[name.index(after: dot)...].lowercased()] ?? unknown
    }

    /// Whether a file of this name gets much smaller when it is compressed.
    static func isCompressible(_ name: String) -> Bool {
        let type = type(of: name)
        return type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("xml")
            || compressible.contains(type)
    }

    private static let compressible: Set = [
        "application/wasm", "application/yaml", "application/toml", "application/postscript",
        "application/vnd.ms-fontobject", "font/ttf", "font/otf", "image/bmp", "image/x-icon",
    ]

    /// What says nothing.
    static let unknown = "application/octet-stream"

    private static let byEnd: [String: String] = {
        var types: [String: String] = [:]
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            let isText = words[0].hasPrefix("text/")
            for end in words.dropFirst() {
                types[end] = isText ? words[0] + "; charset=utf-8" : words[0]
            }
        }
        return types
    }()

    /// After the IANA's registry, and WHATWG's advice for scripts.
    private static let table = """
        text/html html htm
        text/css css
        text/javascript js mjs
        text/plain txt text log conf ini md rst c h cc cpp hpp swift py rb go rs sh java diff patch
        text/csv csv
        text/calendar ics
        text/vcard vcf
        text/vtt vtt
        text/markdown markdown
        application/json json map
        application/ld+json jsonld
        application/manifest+json webmanifest
        application/feed+json feedjson
        application/xml xml xsl xsd
        application/xhtml+xml xhtml xht
        application/rss+xml rss
        application/atom+xml atom
        application/yaml yaml yml
        application/toml toml
        application/wasm wasm
        application/pdf pdf
        application/epub+zip epub
        application/rtf rtf
        application/zip zip
        application/gzip gz tgz
        application/zstd zst
        application/x-bzip2 bz2
        application/x-xz xz
        application/x-7z-compressed 7z
        application/x-tar tar
        application/java-archive jar
        application/vnd.debian.binary-package deb
        application/x-rpm rpm
        application/vnd.android.package-archive apk
        application/vnd.ms-fontobject eot
        application/msword doc
        application/vnd.ms-excel xls
        application/vnd.ms-powerpoint ppt
        application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
        application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
        application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
        application/vnd.oasis.opendocument.text odt
        application/vnd.oasis.opendocument.spreadsheet ods
        application/vnd.oasis.opendocument.presentation odp
        application/vnd.sqlite3 sqlite sqlite3
        application/x-bittorrent torrent
        application/metalink4+xml meta4
        application/postscript ps eps
        font/ttf ttf
        font/otf otf
        font/woff woff
        font/woff2 woff2
        image/png png
        image/jpeg jpg jpeg
        image/gif gif
        image/webp webp
        image/avif avif
        image/heic heic
        image/svg+xml svg
        image/bmp bmp
        image/tiff tif tiff
        image/x-icon ico
        image/jxl jxl
        audio/mpeg mp3
        audio/mp4 m4a
        audio/ogg ogg oga opus
        audio/wav wav
        audio/flac flac
        audio/aac aac
        audio/midi mid midi
        video/mp4 mp4 m4v
        video/webm webm
        video/ogg ogv
        video/quicktime mov
        video/x-matroska mkv
        video/x-msvideo avi
        video/mpeg mpeg mpg
        video/mp2t ts
        application/vnd.apple.mpegurl m3u8
        application/dash+xml mpd
        """
}
