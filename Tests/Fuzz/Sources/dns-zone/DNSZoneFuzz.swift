import FuzzChecks
import TwineDNS

/// Any octets as a zone file that may include itself: reading ends, and each record comes back.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe octets(start, count)
    guard let origin = try? DNSName("example.org") else { return 0 }
    var included = 0
    var reader = ZoneReader(bytes, origin: origin) { _ in
        included += 1
        return included < 3 ? bytes : nil
    }
    // A generator may stand for two thousand million records.
    for _ in 0..<1000 {
        do {
            guard let record = try reader.next() else { return 0 }
            let name = try? DNSName(record.name.description)
            check(name == record.name, "\(record.name) becomes \(String(describing: name))")
            if record.type != .opt { record.checkTexts() }
        } catch {
            _ = error.description
        }
    }
    return 0
}
