import FuzzChecks
import TwineHTML

/// Any octets are a Metalink document or not; what names a path names none outside.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe octets(start, count)
    guard let metalink = try? Metalink(bytes) else { return 0 }
    check((try? Metalink(bytes)) == metalink, "read in two ways")
    for file in metalink.files {
        if let path = file.safePath {
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            check(!parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }, "unsafe: \(path)")
        }
        if let name = file.safeName { check(!name.contains("/"), "a path: \(name)") }
        check(file.size ?? 0 >= 0, "a size below 0")
        check(file.pieces.allSatisfy { $0.length > 0 && !$0.hashes.isEmpty }, "empty pieces")
        let priorities = file.resources.map(\.priority)
        check(priorities == priorities.sorted(), "out of order: \(priorities)")
        check(priorities.allSatisfy { 1...Metalink.lastPriority ~= $0 }, "\(priorities)")
    }
    return 0
}
