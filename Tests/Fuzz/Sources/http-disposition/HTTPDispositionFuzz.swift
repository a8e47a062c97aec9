import FuzzChecks
import TwineHTTP

/// Any octets are a Content-Disposition; the names taken from it are safe.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe octets(start, count)
    let disposition = ContentDisposition(bytes.span)
    check(disposition == ContentDisposition(bytes.span), "read in two ways")
    check(
        disposition.parameters.count <= ContentDisposition.parameterLimit, "too many parameters")
    let names = disposition.parameters.map(\.name)
    check(Set(names).count == names.count, "a parameter is there twice: \(names)")
    if let name = disposition.fileName {
        let isSafe = name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != 0x2F && $0 != 0x5C }
        check(isSafe && !name.isEmpty && name != "." && name != "..", "unsafe: \(name)")
        check(name.first != " " && name.last != " ", "spaces: \(name)")
    }
    if let name = disposition.wgetFileName {
        let isSafe = !name.contains(0) && !name.contains(UInt8(ascii: "/"))
        check(isSafe && !name.isEmpty && name != [46] && name != [46, 46], "unsafe: \(name)")
    }
    return 0
}
