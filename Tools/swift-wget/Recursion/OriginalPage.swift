/// Where a page is as its server has it.
enum OriginalPage {
    /// The file that a page's links are read from: what an earlier run has converted leads elsewhere.
    ///
    /// - Parameters:
    ///   - file: The page.
    ///   - settings: The options.
    /// - Returns: What `-K` has kept of it, if it is still the page's; else the page.
    static func file(of file: Octets, _ settings: Settings) -> Octets {
        guard settings.recursion.backsUpConverted, settings.download.timestamping,
            let original = FileFacts(file + ".orig"), let converted = FileFacts(file),
            converted.modified >= original.modified
        else { return file }
        return file + ".orig"
    }
}
