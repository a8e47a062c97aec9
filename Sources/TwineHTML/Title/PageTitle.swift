/// The title of a page, as a browser shows it.
///
/// - Parameters:
///   - page: The whole page.
///   - contentType: The value of its Content-Type field, for the charset.
/// - Returns: The title, white space folded; nil when the page has none.
public func title(of page: [UInt8], contentType: String? = nil) -> String? {
    var scanner = TitleScanner(contentType: contentType)
    return scanner.receive(page.span) ?? scanner.finish()
}
