import FuzzChecks
import TwineHTML

/// Any octets as a style sheet: its links lie in it, and others can be put in their places.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let sheet = unsafe octets(start, count)
    let scanner = CSSLinkScanner()
    scanner.scan(sheet.span).checkEdits(sheet) { scanner.scan($0.span) }
    return 0
}
