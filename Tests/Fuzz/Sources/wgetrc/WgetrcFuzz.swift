import FuzzChecks

/// Any octets as a file of settings, and as a command line with a word a line.
///
/// The files of swift-wget that read them are compiled in, as a program is no library.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe octets(start, count)
    var draft = Draft()
    let isFine = draft.read(bytes, of: "rc", home: "/home/u")
    check(isFine != draft.notes.contains(" in rc at line "), "\(isFine): \(draft.notes)")
    // The words of a process have no NUL.
    let words = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        .map { Octets($0.filter { $0 != 0 }) }
    do {
        let outcome = try CommandLineParser.parse(words, Surroundings())
        guard case .retrieve(let settings) = outcome.request else { return 0 }
        check(settings.urls.count <= words.count, "more URLs than words")
    } catch {
        check(error.status == 1 || error.status == 2, "\(error)")
    }
    return 0
}
