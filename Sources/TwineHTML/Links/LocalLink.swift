/// Addresses of files on disk, relative to the page that they are needed by.
public enum LocalLink {
    /// Which characters of a name are escaped, besides those that always are.
    public struct Escaping: OptionSet, Sendable {
        /// The bits.
        public let rawValue: UInt8

        /// Makes a set of its bits.
        ///
        /// - Parameter rawValue: The bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `?`, which begins a query: safe where the file's ending tells what it is, as a browser
        /// that opens `index.html?a=1` looks for no other file than that.
        public static let questionMarks = Escaping(rawValue: 1)
        /// What is not ASCII, for pages that are not UTF-8.
        public static let beyondASCII = Escaping(rawValue: 2)
    }

    /// The address of one file for links in another.
    ///
    /// ```swift
    /// LocalLink.reference(from: "a/x/page.html", to: "a/y/b#1.png")   // ../y/b%231.png
    /// ```
    ///
    /// - Parameters:
    ///   - page: The file with the link: a path, with `/` between folders.
    ///   - file: The file that it leads to, relative to the same folder.
    ///   - escaping: What is percent-encoded besides `%`, `#`, `;`, space and control characters.
    /// - Returns: The relative address, not empty unless `file` is.
    public static func reference(
        from page: [UInt8], to file: [UInt8], escaping: Escaping = []
    ) -> String {
        let slash = UInt8(ascii: "/")
        var start = 0
        var place = 0
        while place < page.count, place < file.count, page[place] == file[place] {
            place += 1
            if page[place - 1] == slash { start = place }
        }
        let folders = page[start...].count { $0 == slash }
        let rest = file[start...]
        var prefix = String(repeating: "../", count: folders)
        if folders == 0 {
            let sign = rest.first { $0 == slash || $0 == UInt8(ascii: ":") }
            // `a:b` would have a scheme, and `//` a host.
            if sign == UInt8(ascii: ":") { prefix = "./" }
            if start > 0, rest.first == slash { prefix = "." }
        }
        return prefix + escaped(rest, escaping)
    }

    /// An address whose last part is that of a local file, and the rest of it as it was.
    ///
    /// ```swift
    /// LocalLink.renaming("//example.com/a.cgi?x", to: "www/a.cgi?x.css")  // //example.com/a.cgi?x.css
    /// ```
    ///
    /// - Parameters:
    ///   - address: The address in the source, without its fragment.
    ///   - file: The file that it was saved as.
    ///   - escaping: As in ``reference(from:to:escaping:)``.
    /// - Returns: The address with the file's name.
    public static func renaming(
        _ address: String, to file: [UInt8], escaping: Escaping = []
    ) -> String {
        let slash = UInt8(ascii: "/")
        let old = Array(address.utf8)
        let pathEnd = old.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        var folder = old[..<(pathEnd ?? old.count)]
        folder = folder[..<(folder.lastIndex(of: slash).map { $0 + 1 } ?? 0)]
        // Of `http://example.com` the host is no name of a file.
        let isHost = folder.hasSuffix("//") && (folder.count == 2 || folder.hasSuffix("://"))
        if isHost { folder = old[..<(pathEnd ?? old.count)] + [slash] }
        let name = file.suffix(from: file.lastIndex(of: slash).map { $0 + 1 } ?? 0)
        if old.dropFirst(folder.count).elementsEqual(name) { return address }
        return String(decoding: folder, as: UTF8.self) + escaped(name, escaping)
    }

    private static func escaped(_ name: ArraySlice<UInt8>, _ escaping: Escaping) -> String {
        let isText =
            !escaping.contains(.beyondASCII) && String(validating: name, as: UTF8.self) != nil
        var output: [UInt8] = []
        output.reserveCapacity(name.count)
        for octet in name {
            let isEscaped =
                switch octet {
                case UInt8(ascii: "%"), UInt8(ascii: "#"), UInt8(ascii: ";"): true
                case ...32, 127: true
                case UInt8(ascii: "?"): escaping.contains(.questionMarks)
                case 128...: !isText
                default: false
                }
            if isEscaped {
                let digits = Array("0123456789ABCDEF".utf8)
                output += [UInt8(ascii: "%"), digits[Int(octet >> 4)], digits[Int(octet & 15)]]
            } else {
                output.append(octet)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    fileprivate func hasSuffix(_ text: String) -> Bool {
        suffix(text.utf8.count).elementsEqual(text.utf8)
    }
}
