import FuzzChecks
import TwineHTTP

/// A line that is a target, and a robots.txt: the decision ends, and is the same for what means the
/// same.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe octets(start, count)
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    let text = Array(bytes.dropFirst(line.count + 1))
    let target = String(decoding: line, as: UTF8.self)
    let robots = RobotsText(text.span, agent: "wget")
    check(robots.allows("/robots.txt"), "the file itself is forbidden")
    let allowed = robots.allows(target)
    // What is allowed without rules that forbid cannot depend on rules that allow.
    let lines = text.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    let forbids = lines.contains { $0.contains { $0 | 0x20 == UInt8(ascii: "d") } }
    check(forbids || allowed, "forbidden by nothing: \(target)")
    // Comments and blank lines do not count, and neither does the case of names.
    let more = Array("#\n\n".utf8) + text + Array("\n# Disallow: /\n".utf8)
    if !text.starts(with: [0xEF, 0xBB, 0xBF]) {
        check(RobotsText(more.span, agent: "WGET").allows(target) == allowed, "comments count")
    }
    _ = RobotsDirectives(content: target)
    return 0
}
