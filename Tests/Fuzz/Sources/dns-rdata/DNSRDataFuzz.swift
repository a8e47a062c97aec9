import FuzzChecks
import TwineDNS

/// Two octets of type, one of class, and rdata: what has the form of its type comes back from its
/// text.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe octets(start, count)
    guard bytes.count >= 3 else { return 0 }
    // All types that have a form are below 512.
    let type = DNSType(rawValue: UInt16(bytes[0] & 1) << 8 | UInt16(bytes[1]))
    guard type != .opt else { return 0 }
    let classes: [DNSClass] = [.internet, .internet, .chaos, .hesiod]
    let record = DNSRecord(
        name: .root, type: type, recordClass: classes[Int(bytes[2]) % classes.count],
        timeToLive: 1, rdata: Array(bytes.dropFirst(3)))
    // Whatever the octets, they are told: if they are not of the type's form, by themselves.
    let json = record.json
    check(json.utf8.last == UInt8(ascii: "}"), "JSON that does not end")
    guard let wire = try? DNSMessage(answer: [record]).serialize(),
        let parsed = try? DNSMessage.parse(wire.span), let again = parsed.answer.first
    else { return 0 }
    // A name may have been a pointer, which is one only in a message.
    again.checkTexts()
    return 0
}
