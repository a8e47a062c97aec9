// All pages at once, each written as if it were the only one.
import Twine

@Reactor
func printTitle(_ url: String) -> Deferred<Void> {
    inlineCallbacks {
        let page = try await getPage(url).value
        print(title(of: page) ?? "no title", url, separator: "\t")
    }
}

react { urls in gatherResults(urls.map(printTitle)) }
