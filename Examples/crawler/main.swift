// The crawler of blogs: for each, get the front page, find the first article by an XPath, get that
// page, print its title. The first argument is the XPath, the others are the blogs.
import Twine

@Reactor
func crawl(_ blog: String, _ firstArticle: XPathExpression) async throws -> String {
    let front = try await getPage(blog).value
    guard let href = try firstArticle.hrefs(in: HTMLDocument(front.span)).first else {
        return "no article\t\(blog)"
    }
    let article = try WebURL.parse(blog).join(href)
    let page = try await getPage(article.serialization).value
    return "\(title(of: page) ?? "no title")\t\(article)"
}

react { arguments in
    let firstArticle = try XPathExpression(arguments[0])
    return DeferredList(
        arguments.dropFirst().map { blog in
            inlineCallbacks { try await crawl(blog, firstArticle) }
                .addErrback { "\($0)\t\(blog)" }
                .addCallback { print($0) }
        })
}
