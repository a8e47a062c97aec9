import FuzzChecks
import TwineHTTP

private let rules: [CookieRules] = [.standard, .wget]
private let urls = ["http://a.example.com/x/y", "https://a.example.com:8443/", "http://[::1]:81/"]
    .compactMap { WebURL($0) }

/// Any octets as `Set-Cookie` fields and as a file: what goes back fits, and a file is read as written.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe octets(start, count)
    guard let choice = bytes.first else { return 0 }
    var jar = CookieJar(rules: rules[Int(choice) % rules.count])
    let rest = Array(bytes.dropFirst())
    CookieFile.read(rest, into: &jar, at: 1000)
    let fields = rest.split(separator: UInt8(ascii: "\n")).map {
        String(decoding: $0, as: UTF8.self)
    }
    for url in urls {
        jar.receive(fields, from: url, at: 1000)
    }
    check(jar.count == jar.cookies.count, "\(jar.count) is counted of \(jar.cookies.count)")
    for url in urls {
        let field = jar.cookieField(for: url, at: 1000) ?? ""
        check(
            field.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 },
            "\(field.debugDescription) goes into a header")
        for cookie in jar.cookies(for: url, at: 1000) {
            check(!cookie.isSecure || url.scheme == "https", "\(cookie) goes to \(url)")
            check(
                cookie.domain == url.bareHostName
                    || !cookie.isHostOnly && url.hostName.hasSuffix("." + cookie.domain),
                "\(cookie) goes to \(url)")
        }
    }
    let lines = Set(file(jar).split(separator: UInt8(ascii: "\n")))
    var again = CookieJar(rules: jar.rules)
    CookieFile.read(file(jar), into: &again, at: 1000)
    check(
        Set(file(again).split(separator: UInt8(ascii: "\n"))) == lines,
        "\(String(decoding: file(jar), as: UTF8.self)) becomes another file")
    return 0
}

private func file(_ jar: CookieJar) -> [UInt8] {
    CookieFile.serialize(jar, at: 1000, keepsSession: true, date: "then")
}
