import FuzzChecks
import TwineHTML

/// Any octets as a page: its links lie in it, and others can be put in their places.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe octets(start, count)
    guard let flags = bytes.first else { return 0 }
    var scanner = HTMLLinkScanner()
    scanner.strictComments = flags & 1 != 0
    scanner.keepsOctets = flags & 2 != 0
    scanner.charset = flags & 4 == 0 ? nil : flags & 8 == 0 ? "utf-8" : "windows-1252"
    let page = Array(bytes.dropFirst())
    scanner.scan(page.span).links.checkEdits(page) { scanner.scan($0.span).links }
    return 0
}
