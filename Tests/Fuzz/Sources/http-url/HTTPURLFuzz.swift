import FuzzChecks
import TwineHTTP

/// URLs: what is read is written as a URL that is read as the same, alone and as a reference.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: unsafe octets(start, count), as: UTF8.self)
    guard let base = WebURL("http://a.test/b/c?d#e") else { return 0 }
    for url in [WebURL(text), WebURL(text, base: base)] {
        guard let url else { continue }
        check(url.serialization.utf8.allSatisfy { $0 < 0x80 }, "not ASCII: \(url)")
        guard let again = WebURL(url.serialization) else {
            check(false, "\(text): \(url) is no URL")
            continue
        }
        check(again == url, "\(text): \(url), then \(again)")
    }
    return 0
}
