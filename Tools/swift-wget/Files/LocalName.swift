/// Where on disk the contents of a URL are put.
struct LocalName: Hashable, Sendable {
    /// The path, relative to the working folder unless `-P` is absolute.
    var path: Octets
    /// What wget tells about it.
    var notices: [Notice] = []

    enum Notice: Hashable, Sendable {
        /// A name was cut. It is told unless wget is quiet.
        case shortened(from: Int, to: Int)
        /// A name could not be written in the locale's encoding, and is as the server has it. It is
        /// told when wget is verbose.
        case notConverted(Charset.Failure)

        /// When it is told.
        var kind: Log.Kind {
            switch self {
            case .shortened: .notQuiet
            case .notConverted: .verbose
            }
        }

        /// wget's words, without a line end.
        func message(_ quotes: Quotes) -> Octets {
            switch self {
            case .shortened(let from, let to):
                Octets("The destination name is too long (\(from)), reducing to \(to)")
            case .notConverted(let failure):
                failure.message(quotes)
            }
        }
    }
}

/// How wget names files.
///
/// Nothing that a URL or a server says leads out of the folder of `-P`: names have no slashes, and
/// `..` is escaped. A symbolic link that is there already is followed, as wget does: whoever made
/// it in the user's folder may write there anyway, and HTTP makes none.
struct LocalNaming: Sendable {
    var directories: Settings.Directories
    /// Whether folders are made as the URL has them.
    var makesDirectories = false
    /// The most octets of one name.
    ///
    /// What file systems take (255), less what is kept for `.orig`, for a number and for an
    /// extension.
    var longest = LocalNaming.longestOfMost
    /// What names of servers are in, and what they are in on disk; nil leaves them as they are.
    var charsets: Charsets?

    static let longestOfMost = 255 - 19

    /// Encodings of names.
    struct Charsets: Sendable {
        var remote = Charset.utf8
        var local: Charset
    }

    /// The folder of `-P` without slashes at its end, and with one if it is not empty.
    private var prefix: [UInt8] {
        guard let prefix = directories.prefix?.bytes, !prefix.isEmpty else { return [] }
        let end = prefix.lastIndex { $0 != UInt8(ascii: "/") }
        return prefix[...(end ?? -1)] + [UInt8(ascii: "/")]
    }

    /// Where a URL is put.
    ///
    /// - Parameters:
    ///   - url: The URL that was asked for, or the one that answered with `--trust-server-names`.
    ///   - name: What the server calls it (`Content-Disposition`), instead of the URL's last part.
    /// - Returns: The path, and what is told about it.
    func name(of url: WgetURL, calledByServer name: Octets? = nil) -> LocalName {
        var result = LocalName(path: Octets(prefix))
        if makesDirectories { appendFolders(of: url, to: &result) }
        let called = name.map { baseName(of: $0.bytes) } ?? []
        append(called.isEmpty ? fileText(of: url) : called, to: &result)
        // What is ASCII is the same in all of them that anybody uses for names.
        guard let charsets, result.path.bytes.contains(where: { $0 >= 0x80 }) else { return result }
        do throws(Charset.Failure) {
            let converted = try charsets.remote.convert(result.path.bytes, to: charsets.local)
            // No encoding of today makes slashes or ends of text of anything else; if one does, the
            // name stays.
            let before = result.path.bytes.count { $0 == UInt8(ascii: "/") }
            if converted.count(where: { $0 == UInt8(ascii: "/") }) == before, !converted.contains(0)
            {
                result.path = Octets(converted)
            }
        } catch {
            result.notices.append(.notConverted(error))
        }
        return result
    }

    /// The name without the folder of `-P`: what progress shows.
    func shown(_ path: Octets) -> Octets {
        path.bytes.starts(with: prefix) ? Octets(Array(path.bytes[prefix.count...])) : path
    }

    private func appendFolders(of url: WgetURL, to result: inout LocalName) {
        let slash = UInt8(ascii: "/")
        if directories.addsProtocol {
            result.path.bytes += url.scheme.rawValue.utf8
            result.path.bytes.append(slash)
        }
        if directories.addsHost {
            result.path.bytes += hostFolder(of: url)
            result.path.bytes.append(slash)
        }
        // Empty parts count as folders that may be cut, and make none.
        for folder in url.folders.dropFirst(directories.cut) where !folder.isEmpty {
            append(Array(folder), to: &result)
            result.path.bytes.append(slash)
        }
    }

    /// The host's folder: only what no host can be is escaped.
    private func hostFolder(of url: WgetURL) -> [UInt8] {
        var output: [UInt8] = []
        if url.host.allSatisfy({ $0 == UInt8(ascii: ".") }) {
            for _ in url.host { URLOctets.appendEscape(of: UInt8(ascii: "."), to: &output) }
        } else {
            for octet in url.host {
                if octet == 0 || octet == UInt8(ascii: "/") {
                    URLOctets.appendEscape(of: octet, to: &output)
                } else {
                    output.append(octet)
                }
            }
        }
        guard url.hasPort else { return output }
        return output + [directories.restriction.portSeparator] + "\(url.port)".utf8
    }

    /// The last part of the URL with its query, or the default page.
    private func fileText(of url: WgetURL) -> [UInt8] {
        let file = url.file.isEmpty ? directories.defaultPage.bytes : url.file
        guard let query = url.query else { return file }
        return file + [directories.restriction.querySeparator] + query
    }

    /// What a server calls a file, without folders of either system.
    private func baseName(of name: [UInt8]) -> [UInt8] {
        let cut = name.lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
        return Array(name[(cut.map { $0 + 1 } ?? 0)...])
    }

    private func append(_ text: [UInt8], to result: inout LocalName) {
        let element = PathElement(text, directories.restriction, longest: longest)
        if let length = element.wholeLength {
            result.notices.append(.shortened(from: length, to: longest))
        }
        result.path.bytes += element.octets
    }
}
