import FuzzChecks
import TwineHTTP

/// Any octets as a field and as a database, which is read again as it is written.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe octets(start, count)
    var hosts = HSTSDatabase(parsing: bytes)
    let field = String(decoding: bytes, as: UTF8.self)
    guard let url = WebURL("https://a.example.com:8443/"),
        let plain = WebURL("http://a.example.com:8443/")
    else { return 0 }
    if hosts.receive(field, from: url, at: 1000), let age = HSTSField(parsing: field)?.maxAge {
        let isKnown = hosts.upgraded(plain, at: 1000) == url
        check(isKnown || age == 0, "\(field.debugDescription) is not kept")
    }
    let again = HSTSDatabase(parsing: hosts.serialize(at: 0))
    check(again.policies == hosts.policies, "\(hosts.policies) becomes \(again.policies)")
    var merged = hosts
    merged.merge(again, at: 0)
    check(merged.policies == hosts.policies, "what is the same is merged to \(merged.policies)")
    return 0
}
