/// The file of cookies that Netscape's browser had, and that wget, curl and browsers' exports still use.
///
/// A line is a domain, whether names below it count, a path, whether TLS is needed, the last second (0
/// for cookies of a session), a name and a value, with tabs between them. It has no place for all that
/// a cookie knows: `SameSite` is lost, and so is `HttpOnly`, which wget does not write.
public enum CookieFile {
    /// What browsers and curl put before the domain of an `HttpOnly` cookie.
    private static let httpOnlyMark = "#HttpOnly_"

    /// Reads a file into a jar, as wget does.
    ///
    /// Comments, cookies that are over and lines that are none are passed over. Cookies of a session stay
    /// ones. A line that begins with `#HttpOnly_` is a cookie too, which wget takes for a comment.
    ///
    /// - Parameters:
    ///   - octets: The contents of the file.
    ///   - jar: Where the cookies go; they come after those that are in it.
    ///   - now: Seconds since 1970.
    /// - Returns: How many cookies were read.
    /// - Complexity: O(*n*) in the octets.
    @discardableResult
    public static func read(_ octets: [UInt8], into jar: inout CookieJar, at now: Int) -> Int {
        var count = 0
        var start = 0
        let span = octets.span
        while start < span.count {
            let end = span.firstIndex(ofOctet: HTTPOctet.lineFeed, from: start) ?? span.count
            if let cookie = cookie(span.extracting(start..<end).latin1String(), at: now) {
                jar.insert(cookie, at: now)
                count += 1
            }
            start = end + 1
        }
        return count
    }

    /// The cookie of one line, without its LF.
    private static func cookie(_ line: String, at now: Int) -> Cookie? {
        var rest = line.utf8.drop { $0 == 0x20 || 0x09...0x0d ~= $0 }
        let isHTTPOnly = rest.starts(with: httpOnlyMark.utf8)
        if isHTTPOnly { rest = rest.dropFirst(httpOnlyMark.utf8.count) }
        guard rest.first != UInt8(ascii: "#") else { return nil }
        if rest.last == HTTPOctet.carriageReturn { rest.removeLast() }
        // The value may have tabs of its own.
        let parts = rest.split(
            separator: HTTPOctet.tab, maxSplits: 6, omittingEmptySubsequences: false
        ).map { String(Substring($0)) }
        guard parts.count == 7, !parts[2].isEmpty, let seconds = seconds(parts[4]),
            seconds == 0 || seconds >= now, let place = place(parts[0]),
            !parts[5].isEmpty || !parts[6].isEmpty,
            parts[5...].allSatisfy({ $0.utf8.allSatisfy(isClean) })
        else { return nil }
        var cookie = Cookie(
            name: parts[5], value: parts[6], domain: place.domain,
            isHostOnly: parts[1] != "TRUE", path: parts[2], isSecure: parts[3] == "TRUE",
            expires: seconds == 0 ? nil : seconds)
        cookie.port = place.port
        cookie.isHTTPOnly = isHTTPOnly
        return cookie
    }

    /// The domain and the port of a first column: `.example.com`, `example.com:8080`, `[::1]:8080`.
    private static func place(_ text: String) -> (domain: String, port: UInt16?)? {
        var host = text.utf8.first == UInt8(ascii: ".") ? text.dropFirst() : text[...]
        var port: UInt16?
        // More than one colon are those of an IPv6 address, which wget writes without brackets.
        let colons = host.utf8.count { $0 == HTTPOctet.colon }
        let isBracketed = host.utf8.first == UInt8(ascii: "[")
        if isBracketed || colons == 1, let colon = host.utf8.lastIndex(of: HTTPOctet.colon),
            let number = UInt16(host[colon...].dropFirst())
        {
            port = number == 0 ? nil : number
            host = host[..<colon]
        }
        let domain = colons > 1 && !isBracketed ? "[\(host)]" : String(host)
        var output: [UInt8] = []
        let kind = try? HostText.parse(domain.utf8.span, isSpecial: true, to: &output)
        guard let kind, output.first != UInt8(ascii: ".") else { return nil }
        if kind == .ipv6 { output = Array(output.dropFirst().dropLast()) }
        return (String(decoding: output, as: UTF8.self), port)
    }

    /// The number at the start, as sscanf(3) reads it; nil if there is none.
    private static func seconds(_ text: String) -> Int? {
        let signs = "+-.eE".utf8
        var number = Substring(
            text.utf8.drop(while: HTTPOctet.isSpace).prefix(24)
                .prefix { $0 &- 0x30 < 10 || signs.contains($0) })
        while !number.isEmpty {
            if let value = Double(number) {
                return value >= 9e18 ? .max : value <= -9e18 ? .min : Int(value)
            }
            number.removeLast()
        }
        return nil
    }

    private static func isClean(_ octet: UInt8) -> Bool {
        octet >= 0x20 && octet != 0x7f || octet == 0x09
    }

    // MARK: Writing

    /// Writes the cookies of a jar, as wget does: by domain, in each those that were stored last first.
    ///
    /// A cookie that no line can hold, for its name or path has a tab, is left out.
    ///
    /// - Parameters:
    ///   - jar: The cookies.
    ///   - now: Seconds since 1970; cookies that are over are left out.
    ///   - keepsSession: Whether cookies that end with the session are written too.
    ///   - date: The local time for the second line, as `2026-01-31 12:00:00`.
    ///   - program: Who writes it, for the second line.
    /// - Returns: The contents of the file.
    public static func serialize(
        _ jar: CookieJar, at now: Int, keepsSession: Bool, date: String, program: String = "Wget"
    ) -> [UInt8] {
        var text = "# HTTP Cookie File\n# Generated by \(program) on \(date).\n"
        text += "# Edit at your own risk.\n\n"
        for cookie in jar.newestFirst
        where !cookie.isExpired(at: now) && (keepsSession || cookie.expires != nil) {
            text += line(cookie) ?? ""
        }
        return Array(text.utf8)
    }

    private static func line(_ cookie: Cookie) -> String? {
        let isWhole = [cookie.domain, cookie.path, cookie.name].allSatisfy { column in
            column.utf8.allSatisfy { $0 != HTTPOctet.tab && isClean($0) }
        }
        guard isWhole, cookie.value.utf8.allSatisfy(isClean) else { return nil }
        var place = cookie.domain
        if let port = cookie.port {
            place = place.utf8.contains(HTTPOctet.colon) ? "[\(place)]:\(port)" : "\(place):\(port)"
        }
        return [
            (cookie.isHostOnly ? "" : ".") + place, cookie.isHostOnly ? "FALSE" : "TRUE",
            cookie.path, cookie.isSecure ? "TRUE" : "FALSE", String(cookie.expires ?? 0),
            cookie.name, cookie.value,
        ].joined(separator: "\t") + "\n"
    }
}
