import FuzzChecks
import TwineDNS

/// Two octets of type, and the text of rdata: what is read comes back from its own text.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe octets(start, count)
    guard bytes.count >= 2 else { return 0 }
    let type = DNSType(rawValue: UInt16(bytes[0] & 1) << 8 | UInt16(bytes[1]))
    let text = String(decoding: bytes.dropFirst(2), as: UTF8.self)
    guard let origin = try? DNSName("example.org"),
        let record = try? DNSRecord(
            name: .root, type: type, timeToLive: 1, text: text, origin: origin)
    else { return 0 }
    // OPT has no text but that of unknown types, and is not read as a record of a section.
    if type != .opt { record.checkTexts() }
    return 0
}
