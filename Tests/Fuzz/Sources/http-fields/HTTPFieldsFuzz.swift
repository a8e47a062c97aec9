import FuzzChecks
import TwineHTTP

/// Any text is a list of challenges, of links, of digests and of checksums; what can be answered is
/// answered in one line, and again at once.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe octets(start, count)
    let values = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    answer(AuthenticationChallenge.parse(values))
    let links = LinkField(values).links
    check(links.count <= LinkField.linkLimit, "too many links")
    for link in links {
        _ = (link.relations, link.title)
        check(link.parameters.count <= LinkField.parameterLimit, "too many parameters")
    }
    for checksum in DigestField.digests(values) + DigestField.structuredDigests(values) {
        checkTexts(checksum)
    }
    for entry in ChecksumList(bytes.span).entries { checkTexts(entry.checksum) }
    return 0
}

private func checkTexts(_ checksum: Checksum) {
    check(checksum.octets.count == checksum.algorithm.length, "the length of \(checksum)")
    check(Checksum(checksum.description) == checksum, "\(checksum) is not read again")
    let other = Checksum(checksum.algorithm, text: checksum.base64)
    check(other == checksum, "\(checksum.base64) is not read again")
}

private func answer(_ challenges: [AuthenticationChallenge]) {
    check(challenges.count <= AuthenticationChallenge.limit, "too many challenges")
    guard let url = WebURL("https://a.example/x"), let other = WebURL("https://b.example/x"),
        let request = try? HTTPAuthenticator.Request(url),
        let elsewhere = try? HTTPAuthenticator.Request(other)
    else { return check(false, "a URL that is none") }
    var authenticator = HTTPAuthenticator(makeClientNonce: { "c" })
    var refused: HTTPAuthenticator.Answer?
    for round in 0..<10 {
        let answer = authenticator.answer(
            to: challenges, for: request, with: .password(user: "u\"\\", password: "p"),
            refused: refused)
        guard let answer else { break }
        check(round < 9, "answered for ever")
        checkLine(answer)
        refused = answer
        if let again = authenticator.answerAtOnce(for: request) { checkLine(again) }
        check(authenticator.answerAtOnce(for: elsewhere) == nil, "sent to another origin")
    }
}

private func checkLine(_ answer: HTTPAuthenticator.Answer) {
    let isLine = answer.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 9 }
    check(isLine, "no line: \(answer.value)")
    let again = AuthenticationChallenge.parse([answer.value])
    check(again.count == 1 && again[0].scheme == answer.scheme, "several: \(answer.value)")
}
