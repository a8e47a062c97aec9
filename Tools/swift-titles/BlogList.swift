import Twine

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads which blogs there are: from files, standard input, and arguments that are URLs.
enum BlogList {
    /// What is wrong with the input: one line for people.
    struct Problem: Error, Equatable { let message: String }

    /// Larger files are refused, in octets.
    static let sizeLimit = 256 << 20

    /// The blogs that the arguments name, in order.
    static func read(_ arguments: [String]) throws(Problem) -> [Blog] {
        var blogs: [Blog] = []
        for argument in arguments {
            if argument.contains("://") {
                blogs.append(blog(argument, xpath: nil, index: blogs.count))
            } else {
                let name = argument == "-" ? "standard input" : argument
                try append(try contents(of: argument), from: name, to: &blogs)
            }
        }
        return blogs
    }

    /// The blogs of one text, list or OPML.
    static func append(
        _ bytes: [UInt8], from name: String, to blogs: inout [Blog]
    ) throws(Problem) {
        if OPML.isOPML(bytes) {
            do throws(HTMLError) {
                for outline in try OPML(bytes).outlines {
                    guard let url = outline.htmlURL ?? outline.xmlURL else { continue }
                    blogs.append(blog(url, xpath: nil, index: blogs.count))
                }
            } catch {
                throw Problem(message: "\(name): \(error)")
            }
            return
        }
        let text = String(decoding: bytes, as: UTF8.self)
        for (index, line) in text.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() {
            let line = line.drop { $0.isWhitespace || $0 == "\u{feff}" }
            guard let first = line.first, first != "#" else { continue }
            let url = line.prefix { !$0.isWhitespace }
            let rest = line[url.endIndex...].drop(while: \.isWhitespace)
            let xpath = String(String(rest).reversed().drop(while: \.isWhitespace).reversed())
            if !xpath.isEmpty {
                do throws(HTMLError) {
                    _ = try XPathExpression(xpath)
                } catch {
                    throw Problem(message: "\(name), line \(index + 1): \(error)")
                }
            }
            blogs.append(
                blog(String(url), xpath: xpath.isEmpty ? nil : xpath, index: blogs.count))
        }
    }

    private static func blog(_ name: String, xpath: String?, index: Int) -> Blog {
        Blog(index: index, name: name, xpath: xpath, host: url(name)?.bareHostName ?? "")
    }

    /// The address of a blog; one without a scheme is one of the web.
    static func url(_ name: String) -> WebURL? {
        guard let url = WebURL(name.contains("://") ? name : "http://\(name)"),
            url.scheme == "http" || url.scheme == "https"
        else { return nil }
        return url
    }

    private static func contents(of path: String) throws(Problem) -> [UInt8] {
        let descriptor = unsafe path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let hint =
                path.contains("/") || !path.contains(".")
                ? "" : " (a blog's address begins with http:// or https://)"
            throw Problem(message: "cannot read \(path): \(reason())\(hint)")
        }
        defer { if descriptor > 0 { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe readOctets(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Problem(message: "cannot read \(path): \(reason())") }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= sizeLimit else {
                throw Problem(message: "\(path) is larger than \(sizeLimit) octets")
            }
        }
    }

    private static func reason() -> String { SystemError(errno: errno).description }
}

/// read(2), by a name that `BlogList.read` does not hide.
private func readOctets(
    _ descriptor: Int32, _ buffer: UnsafeMutablePointer<UInt8>, _ count: Int
) -> Int {
    unsafe read(descriptor, buffer, count)
}
