import FuzzChecks
import TwineHTTP

/// Any octets as a netrc file: reading ends, and each entry is found by its name.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe octets(start, count)
    let netrc = Netrc(parsing: bytes)
    for entry in netrc.entries {
        guard let machine = entry.machine else { continue }
        let found = netrc.login(for: machine)
        check(found != nil || entry.login == nil, "\(machine) is not found")
        let strict = netrc.login(for: machine, by: .wget)
        check((strict != nil) == netrc.names(machine), "\(machine) is not found as wget does")
    }
    check(netrc.problems.count <= bytes.count, "more problems than octets")
    return 0
}

extension Netrc {
    /// Whether an entry for a machine has a name.
    fileprivate func names(_ machine: String) -> Bool {
        let octets = machine.utf8.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        return entries.contains {
            $0.login != nil
                && $0.machine?.utf8.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 } == octets
        }
    }
}
