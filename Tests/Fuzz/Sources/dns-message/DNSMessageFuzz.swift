import FuzzChecks
import TwineDNS

/// Any octets are a message or not; one that is comes back from its own octets.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe octets(start, count)
    let (lenient, error) = DNSMessage.parseLeniently(bytes.span)
    _ = lenient.text(wire: bytes.span, error: error)
    _ = lenient.yaml(wire: bytes.span)
    _ = lenient.json(wire: bytes.span)
    for option in lenient.extensions?.options ?? [] {
        guard let content = option.content else { continue }
        let again = DNSExtensions.Option(content)
        check(again.content == content, "\(option): \(content)")
        // What padding is made of does not matter.
        check(again == option || again.code == .padding, "\(option) becomes \(again)")
    }
    guard let message = try? DNSMessage.parse(bytes.span) else {
        check(error != nil, "refused, and nothing was wrong")
        return 0
    }
    check(error == nil && message == lenient, "read in two ways")
    let records = message.answer + message.authority + message.additional
    for record in records where record.type != .opt {
        record.checkTexts()
    }
    // Without compression in the rdata a message of pointers may not fit.
    guard let wire = try? message.serialize() else { return 0 }
    let again = try? DNSMessage.parse(wire.span)
    check(again == message, "\(message) becomes \(String(describing: again))")
    check((try? again?.serialize()) == wire, "the octets are not stable")
    let padded = (try? message.serialize(paddedTo: 128)) ?? []
    check(padded.count % 128 == 0 || message.extensions == nil || padded == wire, "padding")
    return 0
}
